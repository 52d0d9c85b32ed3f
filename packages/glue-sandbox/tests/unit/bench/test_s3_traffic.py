"""The proxy that counts passes everything on as it came."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from glue_sandbox.bench.s3_traffic import Traffic, counted
from glue_sandbox.machine.ports import free_ports


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was sent; a missing key is 404."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = f"{self.command} {self.path} {self.headers['Host']} ".encode() + sent
        self.send_response(404 if "missing" in self.path else 200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"e"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_PUT = do_HEAD = answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nobody reads it."""


@pytest.fixture
def proxy() -> Iterator[tuple[http.client.HTTPConnection, Traffic]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        (port,) = free_ports(1)
        with counted(port, server.server_address[1]) as traffic:
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            yield client, traffic
            client.close()
        server.shutdown()


def asked(client: http.client.HTTPConnection, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
    client.request(method, path, body, {"Host": "bucket.example"})
    answer = client.getresponse()
    assert answer.getheader("ETag") == '"e"'
    return answer.status, answer.read()


def test_requests_pass_unchanged_and_objects_read_are_told_from_listings_and_writes(
    proxy: tuple[http.client.HTTPConnection, Traffic],
) -> None:
    client, traffic = proxy
    whole_object = b"GET /bucket/a%20b.csv bucket.example "
    assert asked(client, "GET", "/bucket/a%20b.csv") == (200, whole_object)
    assert asked(client, "PUT", "/bucket/k", b"\x00body") == (200, b"PUT /bucket/k bucket.example \x00body")
    assert asked(client, "HEAD", "/bucket/k") == (200, b"")
    assert asked(client, "GET", "/bucket?list-type=2&prefix=a/b")[0] == 200
    assert asked(client, "GET", "/bucket/?list-type=2")[0] == 200
    assert asked(client, "GET", "/bucket/missing")[0] == 404
    assert (traffic.requests, traffic.objects_read, traffic.bytes_read) == (5, 1, len(whole_object))
    traffic.reset()
    assert (traffic.requests, traffic.objects_read, traffic.bytes_read) == (0, 0, 0)


def test_who_asks_before_sending_a_body_is_answered_at_once(
    proxy: tuple[http.client.HTTPConnection, Traffic],
) -> None:
    client, _ = proxy
    with socket.create_connection((client.host, client.port), timeout=10) as raw:
        raw.sendall(b"PUT /b/k HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert raw.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        raw.sendall(b"ab")
        assert raw.recv(15) == b"HTTP/1.1 200 OK"
