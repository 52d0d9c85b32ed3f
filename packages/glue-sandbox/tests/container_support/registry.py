"""An image registry that only refuses, as real ones do, so that the engine says it in its own words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from container_support.servers import serving

LIST_TYPE = "application/vnd.docker.distribution.manifest.list.v2+json"
OTHER_PROCESSOR = {
    "schemaVersion": 2,
    "mediaType": LIST_TYPE,
    "manifests": [
        {
            "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "size": 2,
            "digest": f"sha256:{'0' * 64}",
            "platform": {"architecture": "s390x", "os": "linux"},
        }
    ],
}


@dataclass(frozen=True)
class Answer:
    """What the registry says to a request for an image."""

    status: int
    body: object
    content_type: str = "application/json"


def _error(status: int, code: str, message: str) -> Answer:
    return Answer(status, {"errors": [{"code": code, "message": message}]})


RATE_LIMITED = _error(429, "TOOMANYREQUESTS", "You have reached your unauthenticated pull rate limit.")
LOGIN_WANTED = _error(401, "UNAUTHORIZED", "authentication required")
FORBIDDEN = _error(403, "DENIED", "requested access to the resource is denied")
UNKNOWN = _error(404, "MANIFEST_UNKNOWN", "manifest unknown")
OUT_OF_ORDER = Answer(503, "try again later")
NOT_FOR_THIS_PROCESSOR = Answer(200, OTHER_PROCESSOR, LIST_TYPE)


@contextmanager
def registry(answer: Answer, address: str = "127.0.0.1", certificate: Path | None = None) -> Iterator[str]:
    """Host and port of one that gives this answer for every image, by TLS where there is a certificate."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asks_for_image = "/manifests/" in self.path
            body = json.dumps(answer.body if asks_for_image else {}).encode()
            self.send_response(answer.status if asks_for_image else 200)
            self.send_header("Content-Type", answer.content_type if asks_for_image else "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815 - as http.server calls it

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    with serving(Handler, address, certificate) as host:
        yield host
