"""Calls of MWAA go to the Airflow beside the service, from those alone whom the emulator's IAM allows."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from local_glue.http.app import App
from local_glue.http.control_paths import TOKEN_HEADER
from local_glue.http.mwaa import permissions
from local_glue.settings import read_settings
from local_glue.store import Scope

SCOPE = Scope("000000000000", "us-east-1")
TOKEN = "by which Airflow knows the endpoint"
USER = "arn:aws:airflow:us-east-1:000000000000:role/env/User"


def signed(service: str) -> dict[str, str]:
    credential = f"Credential=ASIAOFSOMEBODY/20260101/us-east-1/{service}/aws4_request"
    return {"host": "localhost", "authorization": f"AWS4-HMAC-SHA256 {credential}, Signature=0"}


@dataclass
class Behind:
    """Stands for the emulator, whose IAM allows one resource, and for Airflow; keeps who was asked what."""

    url: str
    allowed: str = USER
    asked: list[tuple[str, str, str, str]] = field(default_factory=list)

    def answer(self, path: str, body: bytes) -> dict[str, Any]:
        if path != "/_glue/authorize":
            return {"answered": path}
        resources = [one["resource"] for one in json.loads(body)["Permissions"]]
        denied = {"Allowed": False, "Code": "AccessDeniedException", "Message": "may not", "Status": 400}
        return {"Allowed": True} if resources == [self.allowed] else denied


@pytest.fixture
def behind() -> Iterator[Behind]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if self.path != "/_glue/authorize":
                token = self.headers.get(TOKEN_HEADER, "")
                found.asked.append((self.command, self.path, body.decode(), token))
            answer = json.dumps(found.answer(self.path, body)).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Behind(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield found
        server.shutdown()


def client_of(folder: Path, behind: Behind, **more: str) -> TestClient:
    variables = {
        "GLUE_STATE_DIR": str(folder),
        "GLUE_JOB_PYTHON": "/bin/false",
        "GLUE_EMULATOR_URL": behind.url,
        "GLUE_WARM_DRIVERS": "0",
        **more,
    }
    return TestClient(App(read_settings(variables)), base_url="http://localhost")


@pytest.fixture
def endpoint(tmp_path: Path, behind: Behind) -> Iterator[TestClient]:
    variables = {
        "GLUE_AUTHORIZATION": "emulator",
        "GLUE_MWAA_URL": f"{behind.url}/aws_mwaa/api",
        "GLUE_MWAA_TOKEN": TOKEN,
    }
    with client_of(tmp_path, behind, **variables) as client:
        yield client


def test_whoever_may_act_as_one_of_airflows_roles_reaches_airflow(
    endpoint: TestClient, behind: Behind
) -> None:
    headers = {**signed("airflow"), TOKEN_HEADER: "a guess"}
    answer = endpoint.post("/restapi/env", headers=headers, content=b'{"Path": "/dags"}')
    assert answer.json() == {"answered": "/aws_mwaa/api/restapi/env"}
    assert behind.asked == [("POST", "/aws_mwaa/api/restapi/env", '{"Path": "/dags"}', TOKEN)]


def test_whoever_may_not_is_told_so_as_mwaa_does(endpoint: TestClient, behind: Behind) -> None:
    behind.allowed = "arn:aws:airflow:us-east-1:000000000000:environment/env"
    answer = endpoint.post("/restapi/env", headers=signed("airflow"), content=b"{}")
    assert answer.status_code == 403
    assert answer.headers["x-amzn-errortype"] == "AccessDeniedException"
    assert answer.json() == {"message": "may not"}
    assert behind.asked == []


def test_without_an_airflow_the_emulator_answers(tmp_path: Path, behind: Behind) -> None:
    with client_of(tmp_path, behind) as client:
        assert client.get("/environments", headers=signed("airflow")).json() == {"answered": "/environments"}
    assert behind.asked == [("GET", "/environments", "", "")]


def test_what_is_signed_for_another_service_goes_to_the_emulator(
    endpoint: TestClient, behind: Behind
) -> None:
    assert endpoint.get("/restapi/env", headers=signed("s3")).json() == {"answered": "/restapi/env"}
    assert [token for *_, token in behind.asked] == [""]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/environments", [("airflow:ListEnvironments", "*")]),
        (
            "GET",
            "/environments/env",
            [("airflow:GetEnvironment", USER.replace("role/env/User", "environment/env"))],
        ),
        (
            "POST",
            "/clitoken/env",
            [("airflow:CreateCliToken", USER.replace("role/env/User", "environment/env"))],
        ),
        ("GET", "/tags/arn%3Aaws%3Aairflow", [("airflow:ListTagsForResource", "arn:aws:airflow")]),
    ],
)
def test_each_call_needs_its_action_on_its_resource(
    method: str, path: str, expected: list[tuple[str, str]]
) -> None:
    assert [(one.action, one.resource) for one in permissions(method, path, SCOPE)] == expected


@pytest.mark.parametrize(
    ("path", "action"), [("restapi", "InvokeRestApi"), ("webtoken", "CreateWebLoginToken")]
)
def test_a_call_as_an_airflow_role_needs_one_of_the_five(path: str, action: str) -> None:
    found = [*permissions("POST", f"/{path}/env", SCOPE)]
    assert {one.action for one in found} == {f"airflow:{action}"}
    roles = [one.resource.rpartition("/")[2] for one in found]
    assert roles == ["Admin", "Op", "User", "Viewer", "Public"]
