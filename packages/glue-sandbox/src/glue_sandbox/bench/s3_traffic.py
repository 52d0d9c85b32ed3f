"""Counts what the jobs ask of S3: a proxy between them and the emulator, on this machine only."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive", "expect", "content-length", "date", "server"}


@dataclass
class Traffic:
    """Requests since the last `reset`."""

    requests: int = 0
    objects_read: int = 0
    bytes_read: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reset(self) -> None:
        """Start counting at zero."""
        with self._lock:
            self.requests = self.objects_read = self.bytes_read = 0

    def add(self, method: str, target: str, size: int) -> None:
        """Count one answered request; an object's read is a GET of a path below a bucket, without query."""
        url = urlsplit(target)
        is_read = method == "GET" and url.path.count("/") > 1 and "list-type" not in url.query
        with self._lock:
            self.requests += 1
            self.objects_read += is_read
            self.bytes_read += size if is_read else 0


class _Proxy(ThreadingHTTPServer):
    """Listens on a port of this machine in front of the emulator's."""

    daemon_threads = True

    def __init__(self, port: int, emulator_port: int) -> None:
        super().__init__(("127.0.0.1", port), _Forwarding)
        self.emulator_port = emulator_port
        self.traffic = Traffic()


class _Forwarding(BaseHTTPRequestHandler):
    """Passes one request after the other of a connection on, and counts those that are answered well."""

    server: _Proxy
    protocol_version = "HTTP/1.1"
    # Headers and body in one piece, or the other end waits for a second one.
    wbufsize = -1
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.upstream = http.client.HTTPConnection("127.0.0.1", self.server.emulator_port, timeout=120)

    def finish(self) -> None:
        self.upstream.close()
        super().finish()

    def handle(self) -> None:
        with suppress(ConnectionError):  # jobs end without closing
            super().handle()

    def handle_expect_100(self) -> bool:
        going_on = super().handle_expect_100()
        self.wfile.flush()  # the other end waits for it
        return going_on

    def answer(self) -> None:
        given = self._forward(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        content = given.read()

        self.send_response_only(given.status)
        for name, value in given.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)

        size = given.getheader("Content-Length") if self.command == "HEAD" else str(len(content))
        self.send_header("Content-Length", size or "0")
        self.end_headers()
        self.wfile.write(content)

        if given.status < 300:
            self.server.traffic.add(self.command, self.path, len(content))

    def _forward(self, body: bytes) -> http.client.HTTPResponse:
        self.upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in HOP_BY_HOP:
                self.upstream.putheader(name, value)

        self.upstream.putheader("Content-Length", str(len(body)))
        self.upstream.endheaders(body)
        return self.upstream.getresponse()

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """The emulator has a log."""


@contextmanager
def counted(port: int, emulator_port: int) -> Iterator[Traffic]:
    """Pass every request on `port` on to the emulator, and count it."""
    server = _Proxy(port, emulator_port)
    threading.Thread(target=server.serve_forever, name="traffic", daemon=True).start()

    try:
        yield server.traffic
    finally:
        server.shutdown()
        server.server_close()
