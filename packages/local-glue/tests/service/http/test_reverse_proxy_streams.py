"""Large and broken streams through the reverse proxy: a server that counts bytes is behind it."""

from __future__ import annotations

import http.client
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from glue_service.memory import peak_memory
from glue_service.servers import Server, glue_server
from glue_service.waiting import wait_for

MB = 1024 * 1024
GB = 1024 * MB
BLOCK = bytes(MB)


class Counter(socketserver.ThreadingTCPServer):
    """Answers GET /<n> with n bytes, a PUT with how many came; hangs up at a second POST of a connection."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.broken: list[str] = []
        self.posts: list[bytes] = []


class Connection(socketserver.StreamRequestHandler):
    server: Counter

    def handle(self) -> None:
        while line := self.rfile.readline():
            method, target, _ = line.decode().split(" ")
            headers = http.client.parse_headers(self.rfile)
            length = int(headers.get("content-length", 0))
            if method == "GET":
                self._give(int(target.removeprefix("/") or 0))
            elif method == "PUT":
                self._answer(str(self._count(length)).encode())
            else:
                self.server.posts.append(self.rfile.read(length))
                if len(self.server.posts) > 1:
                    return
                self._answer(b"")

    def _answer(self, body: bytes) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    def _give(self, size: int) -> None:
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
            for _ in range(size // MB):
                self.wfile.write(BLOCK)
        except OSError:
            self.server.broken.append("GET")

    def _count(self, size: int) -> int:
        got = 0
        while got < size and (part := self.rfile.read1(min(MB, size - got))):
            got += len(part)
        if got < size:
            self.server.broken.append("PUT")
        return got


@dataclass
class Door:
    """A reverse proxy and what is behind it."""

    behind: Counter
    server: Server
    address: str

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.address, timeout=120)

    @property
    def pid(self) -> int:
        assert self.server.process
        return self.server.process.pid


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    with Counter() as behind:
        threading.Thread(target=behind.serve_forever, daemon=True).start()
        server, url = glue_server(tmp_path, f"http://127.0.0.1:{behind.server_address[1]}")
        server.needs_emulator = False
        server.start()
        yield Door(behind, server, url.removeprefix("http://"))
        server.stop()
        behind.shutdown()


def test_a_gigabyte_goes_each_way_in_constant_memory(door: Door) -> None:
    before = psutil.Process(door.pid).memory_info().rss
    connection = door.connect()
    connection.request("PUT", "/k", (BLOCK for _ in range(1024)), {"Content-Length": str(GB)})
    assert connection.getresponse().read() == str(GB).encode()
    connection.request("GET", f"/{GB}")
    answer = connection.getresponse()
    got = 0
    while part := answer.read(MB):
        got += len(part)
    assert got == GB
    assert peak_memory(door.pid) - before < 40 * MB


def test_who_hangs_up_ends_the_emulators_work_too(door: Door) -> None:
    connection = door.connect()
    connection.request("GET", f"/{GB}")
    connection.getresponse().read(MB)
    connection.close()
    wait_for("the end of the download", lambda: "GET" in door.behind.broken)
    connection = door.connect()
    connection.putrequest("PUT", "/k")
    connection.putheader("Content-Length", str(GB))
    connection.endheaders(BLOCK)
    connection.close()
    wait_for("the end of the upload", lambda: "PUT" in door.behind.broken)


def test_a_request_lost_with_a_dying_connection_is_not_sent_twice(door: Door) -> None:
    connection = door.connect()
    connection.request("POST", "/", b"first")
    assert connection.getresponse().read() == b""
    connection.request("POST", "/", b"second")
    answer = connection.getresponse()
    assert answer.status == 503
    assert b"does not answer" in answer.read()
    assert door.behind.posts == [b"first", b"second"]


def test_a_slow_reader_does_not_make_the_door_hoard(door: Door) -> None:
    before = psutil.Process(door.pid).memory_info().rss
    slow = [door.connect() for _ in range(8)]
    for connection in slow:
        connection.request("GET", f"/{64 * MB}")
    answers = [connection.getresponse() for connection in slow]
    quick = door.connect()
    quick.request("GET", f"/{64 * MB}")
    assert len(quick.getresponse().read()) == 64 * MB
    assert all(len(answer.read()) == 64 * MB for answer in answers)
    assert peak_memory(door.pid) - before < 100 * MB
