"""Answers HTTP by a Lambda function's handler, as an HTTP API of API Gateway does (payload format 2.0).

    HANDLER=package.module.function PORT=8080 python serve_handler.py

For LocalStack, whose free edition has no HTTP APIs. The local Glue service passes on what it gets below
`/_aws/execute-api/<id>/`: who may call, and by which host name, is decided there.
"""

from __future__ import annotations

import base64
import importlib
import json
import os
import re
import signal
import sys
import time
import traceback
import uuid
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

Handler = Callable[[dict[str, Any], None], Any]
MOUNT = re.compile(r"/_aws/execute-api/([^/?]+)(/[^?]*)?(?:\?(.*))?")
NO_BODY = (204, 304)
NOT_FOUND = (404, {"content-type": "application/json"}, b'{"message":"Not Found"}')
BUG = {"statusCode": 500, "body": '{"message":"Internal Server Error"}'}


def event_of(target: str, method: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any] | None:
    """Return the event of a request; None for a path that belongs to no API."""
    found = MOUNT.fullmatch(target)
    if not found:
        return None
    api, raw_path, query = found[1], found[2] or "/", found[3] or ""
    # As API Gateway writes it: decoded, but for the percent sign itself.
    path = unquote(re.sub(r"%25", "%2525", raw_path), errors="replace")
    now = time.time()
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {name.lower(): value for name, value in headers.items()},
        "requestContext": {
            "accountId": "anonymous",
            "apiId": api,
            "domainName": headers.get("Host", ""),
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": headers.get("User-Agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": "$default",
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "timeEpoch": int(now * 1000),
        },
        **({"body": base64.b64encode(body).decode()} if body else {}),
        "isBase64Encoded": bool(body),
    }


def answer_of(handler: Handler, event: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    """Call the handler; return status, headers and body of what it says, or that it failed."""
    try:
        said = handler(event, None)
    except Exception:  # noqa: BLE001 - whatever it raises fails this call only, as on Lambda
        traceback.print_exc()
        said = BUG
    if not isinstance(said, dict) or "statusCode" not in said:
        said = {"statusCode": 200, "body": said if isinstance(said, str) else json.dumps(said)}
    text = said.get("body") or ""
    body = base64.b64decode(text) if said.get("isBase64Encoded") else text.encode()
    headers = {"content-type": "application/json"}
    headers |= {name.lower(): str(value) for name, value in (said.get("headers") or {}).items()}
    return int(said["statusCode"]), headers, body


def server_of(handler: Handler, address: tuple[str, int]) -> ThreadingHTTPServer:
    """Return a server that answers by the handler; the caller lets it serve."""

    class Requests(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60  # seconds that an idle connection is kept

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            event = event_of(self.path, self.command, dict(self.headers.items()), body)
            status, headers, content = answer_of(handler, event) if event else NOT_FOUND
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status not in NO_BODY:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if status not in NO_BODY and self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer  # noqa: N815 - http.server's

        def log_message(self, *_: object) -> None:
            """Say nothing of requests: a page that is open asks every few seconds."""

    return ThreadingHTTPServer(address, Requests)


def main() -> None:
    """Serve until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    module, _, name = os.environ["HANDLER"].rpartition(".")
    handler: Handler = getattr(importlib.import_module(module), name)
    port = int(os.environ["PORT"])
    print(f"{os.environ['HANDLER']} answers at port {port}", flush=True)
    server_of(handler, ("0.0.0.0", port)).serve_forever()  # noqa: S104 - the container's network


if __name__ == "__main__":
    main()
