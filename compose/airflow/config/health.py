"""Is one of Airflow's components healthy? Asked by the containers' health checks; exit code 0 means yes.

    python health.py scheduler

All but the API server are seen through it: their heartbeats are what counts, not that a process exists.
"""

import json
import sys
from urllib.request import urlopen

API_SERVER = "api-server"


def main() -> int:
    """Ask the API server how the component is."""
    component = sys.argv[1]
    host = "127.0.0.1" if component == API_SERVER else "airflow-api-server"
    with urlopen(f"http://{host}:8080/api/v2/monitor/health", timeout=8) as answer:
        health = json.load(answer)
    part = "metadatabase" if component == API_SERVER else component
    print(health[part])
    return 0 if health[part]["status"] == "healthy" else 1


if __name__ == "__main__":
    sys.exit(main())
