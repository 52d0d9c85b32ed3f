"""The container `events` answers for an HTTP API: with API Gateway's events, by what the handler says."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from deliveries import ROOT

EVENTS = ROOT / "compose" / "events"
spec = importlib.util.spec_from_file_location("serve_handler", EVENTS / "serve_handler.py")
assert spec is not None
assert spec.loader is not None
serve_handler = importlib.util.module_from_spec(spec)
spec.loader.exec_module(serve_handler)
BASE = "/_aws/execute-api/an_api"


class Function:
    """Says what it is told to, or raises it; remembers the events."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.says: Any = {"statusCode": 200, "body": "{}"}

    def __call__(self, event: dict[str, Any], _context: None) -> Any:
        self.events.append(event)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


@pytest.fixture
def function() -> Function:
    return Function()


@pytest.fixture
def client(function: Function) -> Iterator[httpx.Client]:
    server = serve_handler.server_of(function, ("127.0.0.1", 0))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{server.server_address[1]}", trust_env=False) as found:
            yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_event_is_that_of_payload_format_2(client: httpx.Client, function: Function) -> None:
    client.get(f"{BASE}/days/a%2Fb%25é?genre=a%2Fb&x=", headers={"If-None-Match": "tag"})
    (event,) = function.events
    assert (event["version"], event["routeKey"], event["rawPath"]) == ("2.0", "$default", "/days/a/b%25é")
    assert (event["rawQueryString"], event["headers"]["if-none-match"]) == ("genre=a%2Fb&x=", "tag")
    assert event["requestContext"]["http"]["method"] == "GET"
    assert (event["requestContext"]["apiId"], event["isBase64Encoded"]) == ("an_api", False)


def test_the_root_of_the_api_is_a_slash(client: httpx.Client, function: Function) -> None:
    for path in (BASE, f"{BASE}/"):
        client.get(path)
    assert [event["rawPath"] for event in function.events] == ["/", "/"]


def test_a_body_comes_along_in_base64(client: httpx.Client, function: Function) -> None:
    client.post(BASE, content=b"\xff")
    assert (function.events[0]["body"], function.events[0]["isBase64Encoded"]) == ("/w==", True)


SAID = [
    ({"statusCode": 404, "headers": {"Content-Type": "x/y"}, "body": "é"}, 404, "x/y", "é".encode()),
    ({"statusCode": 200, "body": "/w==", "isBase64Encoded": True}, 200, "application/json", b"\xff"),
    ({"statusCode": 304, "headers": {"etag": "t"}, "body": ""}, 304, "application/json", b""),
    ({"plain": 1}, 200, "application/json", b'{"plain": 1}'),
    (ZeroDivisionError("a bug"), 500, "application/json", b'{"message":"Internal Server Error"}'),
]


@pytest.mark.parametrize(("says", "status", "content_type", "body"), SAID)
def test_the_answer_is_what_the_handler_says(
    client: httpx.Client, function: Function, says: Any, status: int, content_type: str, body: bytes
) -> None:
    function.says = says
    answer = client.get(f"{BASE}/x")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (
        status,
        content_type,
        body,
    )


def test_head_has_no_body(client: httpx.Client, function: Function) -> None:
    with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as connection:
        connection.sendall(f"HEAD {BASE}/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"Content-Length: 2" in head
    assert body == b""


def test_a_path_of_no_api_calls_nothing(client: httpx.Client, function: Function) -> None:
    assert client.get("/days").status_code == 404
    assert function.events == []


@pytest.fixture
def functions(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Two functions of the runner: one that serves, and one whose module is missing."""
    (tmp_path / "own.py").write_text("def handler(event, context):\n    return {}\n")
    told = [{"HANDLER": "own.handler", "PORT": "0"}, {"HANDLER": "missing.handler", "PORT": "0"}]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), "FUNCTIONS": json.dumps(told)}
    command = [sys.executable, str(EVENTS / "run_functions.py")]
    with subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as found:
        yield found
        found.send_signal(signal.SIGKILL)


def test_where_one_function_ends_all_end_so_that_it_is_seen(functions: subprocess.Popen[str]) -> None:
    printed, complaints = functions.communicate(timeout=30)  # both pipes close: no child is left
    assert functions.returncode == 1
    assert "a function has ended: 1" in printed
    assert "No module named 'missing'" in complaints
