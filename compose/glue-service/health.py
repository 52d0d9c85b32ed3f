"""Does an address of this container answer? Asked by the health checks; exit code 0 means yes.

    python health.py PORT/PATH [KEY]

With a KEY, the answer is JSON in which that key must say "ok".
"""

import json
import socket
import sys
from urllib.request import urlopen


def main() -> int:
    """Ask by the container's own name: some servers listen on its network address only."""
    port, _, path = sys.argv[1].partition("/")
    with urlopen(f"http://{socket.gethostname()}:{port}/{path}", timeout=8) as answer:
        body = answer.read()
    return 0 if len(sys.argv) < 3 or json.loads(body)[sys.argv[2]] == "ok" else 1


if __name__ == "__main__":
    sys.exit(main())
