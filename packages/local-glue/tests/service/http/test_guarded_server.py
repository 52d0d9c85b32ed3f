"""A server that answers to every host name, behind the rules of the AWS endpoint."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from glue_service.servers import ENVS, ROOT, Server, free_port
from glue_service.waiting import wait_for

BEHIND = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{self.client_address[0]} asked for {self.path} of {self.headers['Host']}".encode())
    do_POST = do_GET
http.server.ThreadingHTTPServer(("127.0.0.2", int(sys.argv[1])), Handler).serve_forever()
"""


def guarded(folder: Path, **variables: str) -> tuple[Server, str]:
    """Return the server, not started yet, and its URL; the one behind has its port of another address."""
    port = free_port()
    python = str(ENVS / "sandbox/bin/python")
    addresses = [f"127.0.0.1:{port}", f"http://127.0.0.2:{port}"]
    argv = [python, "-m", "local_glue.http.guarded_server", *addresses, python, "-c", BEHIND, str(port)]
    env = {"PYTHONPATH": str(ROOT / "packages/local-glue/src"), "PYTHONDONTWRITEBYTECODE": "1", **variables}
    url = f"http://127.0.0.1:{port}"
    return Server("guarded server", argv, env, f"{url}/", folder / "guarded.log"), url


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Server, str]]:
    """One that allows a page and a host, and is ended."""
    rules = {"GLUE_ALLOWED_ORIGINS": "https://tool.example", "GLUE_ALLOWED_HOSTS": "my-machine"}
    started, url = guarded(tmp_path, **rules)
    started.start()
    yield started, url
    assert started.process is not None
    if started.process.poll() is None:
        started.stop()


def test_who_may_is_passed_on_from_the_address_behind_and_all_others_are_refused(
    server: tuple[Server, str],
) -> None:
    _, url = server
    tool = {"Origin": "https://tool.example", "Sec-Fetch-Site": "cross-site"}
    for passing in ({}, {"Host": "localhost:1"}, {"Host": "my-machine"}, {"Origin": url}, tool):
        answer = httpx.get(f"{url}/jobs/?id=%41", headers=passing)
        asked = passing.get("Host", url.removeprefix("http://"))
        assert answer.text == f"127.0.0.2 asked for /jobs/?id=%41 of {asked}", passing

    for refused, reason in (
        ({"Host": "evil.example"}, "No host of the name 'evil.example' is here"),
        ({"Origin": "https://evil.example"}, "of the origin https://evil.example may not"),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, "A web page of another site may not"),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Dest": "iframe"}, "A web page of another site may not"),
    ):
        for method in ("GET", "POST"):
            answer = httpx.request(method, f"{url}/jobs/job/kill/", headers=refused)
            assert (answer.status_code, reason in answer.text) == (403, True), (method, refused, answer.text)


def test_an_upgrade_to_a_web_socket_is_no_way_around_the_rules(server: tuple[Server, str]) -> None:
    _, url = server
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    assert httpx.get(url, headers={**upgrade, "Host": "evil.example"}).status_code == 403
    assert httpx.get(url, headers=upgrade).text.startswith("127.0.0.2 asked for / of ")


def test_both_end_with_either(server: tuple[Server, str], tmp_path: Path) -> None:
    first, _ = server
    second, _ = guarded(tmp_path)
    second.start()
    (behind_first,), (behind_second,) = (_children(each) for each in (first, second))

    behind_first.kill()
    assert first.process is not None
    assert first.process.wait(30) == 1

    assert second.stop() == -signal.SIGTERM
    assert not behind_second.is_running()


def test_of_a_server_behind_that_does_not_answer_is_said_what_to_do(tmp_path: Path) -> None:
    starting, url = guarded(tmp_path)
    starting.argv[-1] = str(free_port())  # it listens where nobody looks for it
    with subprocess.Popen(starting.argv, env=starting.env) as process:
        answer = wait_for("an answer", lambda: _answer(url))
        process.terminate()
    assert answer.status_code == 503
    assert (
        f"The server behind this endpoint does not answer at {url.replace('0.0.1', '0.0.2')}" in answer.text
    )
    assert "It may still be starting: try again" in answer.text


def _answer(url: str) -> httpx.Response | None:
    try:
        return httpx.get(url)
    except httpx.TransportError:
        return None


def _children(server: Server) -> list[psutil.Process]:
    assert server.process is not None
    return psutil.Process(server.process.pid).children()
