"""Does an address of this container answer? Asked by the health checks; exit code 0 means yes.

    python health.py [ADDRESS:]PORT/PATH [KEY]

With a KEY, the answer is JSON in which that key must say "ok".
"""

import json
import socket
import sys
from urllib.request import Request, urlopen


def main() -> int:
    """Ask at the container's own address, where some servers listen alone; they answer to `localhost`."""
    place, _, path = sys.argv[1].partition("/")
    given, _, port = place.rpartition(":")
    address = given or socket.gethostbyname(socket.gethostname())
    request = Request(f"http://{address}:{port}/{path}", headers={"Host": f"localhost:{port}"})
    with urlopen(request, timeout=8) as answer:  # noqa: S310 - always http
        body = answer.read()
    return 0 if len(sys.argv) < 3 or json.loads(body)[sys.argv[2]] == "ok" else 1


if __name__ == "__main__":
    sys.exit(main())
