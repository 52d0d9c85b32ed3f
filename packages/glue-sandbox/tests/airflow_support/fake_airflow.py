"""A stand-in for Airflow's REST API that keeps what it was asked; for tests of what calls Airflow."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

OPEN = ("/auth/token", "/api/v1/health", "/api/v2/monitor/health")
DAG_ID = "music_streaming_pipeline"
RUNS = f"/api/v2/dags/{DAG_ID}/dagRuns"
LATEST = f"{RUNS}?order_by=-run_after&limit=20"


class FakeAirflow:
    """Airflow's REST API on a port of this machine: what was asked, and what to answer."""

    def __init__(self) -> None:
        self.authorization = "Bearer t0ken"
        self.asked: list[tuple[str, str, Any]] = []
        self.answers: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {
            ("POST", "/auth/token"): (201, {"access_token": "t0ken"}),
            ("GET", LATEST): (200, {"total_entries": 0, "dag_runs": []}),
            ("POST", RUNS): (200, {"dag_run_id": "x"}),
        }
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                fake.asked.append((self.command, self.path, json.loads(body) if body else None))
                status, answer = fake.answers[self.command, self.path]
                if self.path not in OPEN and self.headers["Authorization"] != fake.authorization:
                    status, answer = 401, {"detail": "Unauthorized"}
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = _answer  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def running_airflow() -> Iterator[FakeAirflow]:
    """Serve the stand-in on a free port of this machine."""
    fake = FakeAirflow()
    thread = threading.Thread(target=fake.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield fake
    fake.server.shutdown()
    fake.server.server_close()
    thread.join()
