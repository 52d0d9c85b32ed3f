"""What passes the reverse proxy, byte by byte: a recording server stands in the emulator's place."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from botocore.exceptions import ClientError
from glue_service.aws import client
from glue_service.servers import free_port, glue_server

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Recorder:
    """A raw server: keeps each request as it came, answers what it is told to, then hangs up."""

    listener: socket.socket
    requests: list[bytes] = field(default_factory=list)
    answer: bytes = OK

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                self.requests.append(_read_request(connection))
                connection.sendall(self.answer)


def _read_request(connection: socket.socket) -> bytes:
    """Read headers and body; less than that when the sender hangs up."""
    data = b""
    while not _is_whole(data):
        part = connection.recv(65536)
        if not part:
            break
        data += part
    return data


def _is_whole(data: bytes) -> bool:
    head, end, body = data.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(end) and len(body) >= (int(lengths[0].partition(b":")[2]) if lengths else 0)


@pytest.fixture(scope="module")
def behind() -> Iterator[Recorder]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        recorder = Recorder(listener)
        threading.Thread(target=recorder.serve, daemon=True).start()
        yield recorder


@pytest.fixture(scope="module")
def door(behind: Recorder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server, url = glue_server(
        tmp_path_factory.mktemp("door"), f"http://127.0.0.1:{behind.listener.getsockname()[1]}"
    )
    server.needs_emulator = False
    server.start()
    yield url
    server.stop()


@pytest.fixture
def recorder(behind: Recorder) -> Recorder:
    behind.requests.clear()
    behind.answer = OK
    return behind


def connect(url: str) -> socket.socket:
    host, _, port = url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=60)


def raw(url: str, request: bytes) -> bytes:
    """Send bytes, give all that is answered until the other side closes."""
    with connect(url) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_path_query_host_and_signature_arrive_as_sent(door: str, recorder: Recorder) -> None:
    target = b"/b/a%20b%2Fc+d//%E2%98%82/../x?list-type=2&prefix=a%2Fb&empty=&flag"
    raw(
        door,
        b"GET " + target + b" HTTP/1.1\r\nHost: my-bucket.s3.localhost:4566\r\n"
        b"Authorization: AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=y\r\n"
        b"X-Amz-Meta-Name: Mixed Case\r\nAccept-Encoding: gzip;q=1.0\r\nConnection: close\r\n\r\n",
    )
    head = recorder.requests[-1].decode().split("\r\n")
    assert head[0] == f"GET {target.decode()} HTTP/1.1"
    headers = {line.partition(": ")[0].lower(): line.partition(": ")[2] for line in head[1:] if line}
    assert headers == {
        "host": "my-bucket.s3.localhost:4566",
        "authorization": "AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=y",
        "x-amz-meta-name": "Mixed Case",
        "accept-encoding": "gzip;q=1.0",
    }


def test_an_encoded_body_is_not_decoded_and_headers_come_back(door: str, recorder: Recorder) -> None:
    body = b"\x1f\x8b not really gzip"
    recorder.answer = (
        b'HTTP/1.1 206 Partial Content\r\nContent-Encoding: gzip\r\nETag: "x"\r\n'
        b"Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
        b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
    )
    answer = raw(door, b"GET /k HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    head, _, got = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 206")
    assert got == body
    lines = {line.lower() for line in head.split(b"\r\n")}
    assert {b"content-encoding: gzip", b'etag: "x"', b"set-cookie: a=1", b"set-cookie: b=2"} <= lines


def test_headers_that_connection_names_are_for_one_connection_only(door: str, recorder: Recorder) -> None:
    recorder.answer = (
        b"HTTP/1.1 200 OK\r\nX-Mine: 1\r\nX-End: 2\r\nConnection: X-Mine\r\nKeep-Alive: timeout=5\r\n"
        b"Content-Length: 2\r\n\r\nok"
    )
    answer = raw(
        door,
        b"GET /k HTTP/1.1\r\nHost: localhost\r\nX-Private: 1\r\nX-End: 2\r\n"
        b"Connection: close, X-Private\r\n\r\n",
    )
    assert b"x-private" not in recorder.requests[-1].lower()
    assert b"x-end: 2\r\n" in recorder.requests[-1].lower()
    assert b"x-mine" not in answer.lower()
    assert b"keep-alive" not in answer.lower()
    assert b"x-end: 2\r\n" in answer.lower()


def test_long_and_non_ascii_header_values_pass_both_ways(door: str, recorder: Recorder) -> None:
    value = b"k\xe4se k\xc3\xa4se " + b"x" * 20_000
    recorder.answer = b"HTTP/1.1 200 OK\r\nX-Long: " + value + b"\r\nContent-Length: 2\r\n\r\nok"
    answer = raw(
        door, b"GET /k HTTP/1.1\r\nHost: localhost\r\nX-Long: " + value + b"\r\nConnection: close\r\n\r\n"
    )
    assert b"x-long: " + value + b"\r\n" in recorder.requests[-1]
    assert b"x-long: " + value + b"\r\n" in answer


def test_not_modified_leaves_the_connection_open(door: str, recorder: Recorder) -> None:
    recorder.answer = b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 1234\r\n\r\n'
    with connect(door) as connection:
        for _ in range(2):
            connection.sendall(b'GET /k HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: "x"\r\n\r\n')
            head = connection.recv(4096)
            assert head.startswith(b"HTTP/1.1 304")
            assert b'etag: "x"' in head


def test_a_websocket_is_told_where_to_go(door: str, recorder: Recorder) -> None:
    answer = raw(
        door,
        b"GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    )
    assert answer.startswith(b"HTTP/1.1 501")
    assert b"connect to the emulator itself at http://127.0.0.1" in answer
    assert recorder.requests == []


def test_expect_continue_is_answered_and_the_body_arrives(door: str, recorder: Recorder) -> None:
    with connect(door) as connection:
        connection.sendall(
            b"PUT /k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n"
            b"Connection: close\r\n\r\n"
        )
        assert connection.recv(1024).startswith(b"HTTP/1.1 100")
        connection.sendall(b"hello")
        assert connection.recv(1024).startswith(b"HTTP/1.1 200")
    assert recorder.requests[-1].endswith(b"\r\n\r\nhello")


def test_redirects_are_the_clients_to_follow(door: str, recorder: Recorder) -> None:
    recorder.answer = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://e/\r\nContent-Length: 0\r\n\r\n"
    answer = httpx.get(f"{door}/k")
    assert (answer.status_code, answer.headers["location"]) == (307, "http://e/")
    assert len(recorder.requests) == 1


def test_an_answer_cut_short_is_not_passed_on_as_whole(door: str, recorder: Recorder) -> None:
    recorder.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{door}/k")
    recorder.answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\n"
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{door}/k")


def test_a_client_that_hangs_up_does_not_disturb_others(door: str, recorder: Recorder) -> None:
    with connect(door) as connection:
        connection.sendall(b"PUT /k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000\r\n\r\nonly this")
    assert httpx.get(f"{door}/after").content == b"ok"


def test_without_an_emulator_the_answer_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    server, url = glue_server(tmp_path_factory.mktemp("alone"), f"http://127.0.0.1:{free_port()}")
    server.needs_emulator = False
    server.start()
    try:
        health = httpx.get(f"{url}/_glue/health").json()
        assert health == {"status": "ok", "emulator": "down", "warm_drivers": 0}
        for service, call, arguments in (
            ("s3", "get_object", {"Bucket": "b", "Key": "k"}),
            ("dynamodb", "list_tables", {}),
        ):
            with pytest.raises(ClientError) as caught:
                getattr(client(url, service), call)(**arguments)
            assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
            assert "does not answer at http://127.0.0.1" in caught.value.response["Error"]["Message"]
        assert client(url, "glue").get_jobs()["Jobs"] == []
    finally:
        server.stop()
