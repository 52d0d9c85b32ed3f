"""Spark's pages: the history server's answer who may ask, at the port with the rules alone; others nobody."""

from __future__ import annotations

import subprocess

import httpx
import pytest
from e2e.containers import ContainerSandbox
from e2e.harness import Sandbox

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]

LOGS, APPLICATIONS = "spark-event-logs", "/api/v1/applications"


@pytest.fixture(scope="module")
def history(sandbox: Sandbox) -> str:
    """The port of the history server, which has nothing to show; `down` ends it."""
    sandbox.s3.create_bucket(Bucket=LOGS)
    sandbox.s3.put_object(Bucket=LOGS, Key="runs/", Body=b"")
    sandbox.command("history", "--logs", f"s3://{LOGS}/runs/")
    return sandbox.ports["HISTORY_PORT"]


def test_the_history_server_refuses_what_a_page_elsewhere_sends(history: str) -> None:
    url = f"http://localhost:{history}"
    assert httpx.get(url + APPLICATIONS).json() == []
    for page in (
        {"Host": "evil.example"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        for path in ("/", APPLICATIONS, "/static/webui.css"):
            assert httpx.get(url + path, headers=page).status_code == 403, (page, path)


def test_the_port_that_spark_itself_has_answers_no_browser(sandbox: Sandbox, history: str) -> None:
    if not isinstance(sandbox, ContainerSandbox):
        answer = httpx.get(f"http://127.0.0.2:{history}{APPLICATIONS}")
        assert answer.headers["Location"] == f"http://localhost:{history}{APPLICATIONS}"
        return

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://{_address_of(sandbox, 'history')}:18081{APPLICATIONS}")


def _address_of(sandbox: ContainerSandbox, service: str) -> str:
    """A container's own address, which every user of this machine reaches."""
    address = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    command = ["docker", "inspect", "--format", address, sandbox.container_of(service)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
