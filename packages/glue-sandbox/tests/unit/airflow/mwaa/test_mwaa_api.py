"""boto3's own client of MWAA against the answers of Airflow's plugin: the contract is botocore's model."""

from __future__ import annotations

import base64
import json
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest
from airflow_support.fake_airflow import FakeAirflow, running_airflow
from botocore.config import Config
from botocore.exceptions import ClientError

from glue_sandbox.airflow.mwaa import cli, tls, tokens
from glue_sandbox.airflow.mwaa.environment import MwaaEnvironment, read_environment
from glue_sandbox.airflow.mwaa.http import Answer, Request
from glue_sandbox.airflow.mwaa.server import answer

NAME, TOKEN, SECRET = "my-airflow", "shown by the endpoint", "only Airflow knows"
RUNS = "/api/v2/dags/my_dag/dagRuns"


@pytest.fixture
def fake() -> Iterator[FakeAirflow]:
    with running_airflow() as found:
        yield found


@pytest.fixture
def environment(fake: FakeAirflow) -> MwaaEnvironment:
    return MwaaEnvironment(
        NAME, "3.2.1", "us-east-1", "000000000000", "code", fake.url, "admin", "pw", TOKEN, SECRET
    )


@pytest.fixture
def tls_folder(tmp_path: Path) -> Path:
    """Where a server with TLS has left its port."""
    (tmp_path / tls.PORT).write_text("8443", encoding="utf-8")
    return tmp_path


@pytest.fixture
def mwaa(environment: MwaaEnvironment, tls_folder: Path) -> Iterator[Any]:
    """boto3's client; the server in between does what the endpoint of AWS does: it shows its token."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {"x-local-glue-token": TOKEN}
            request = Request(self.command, "/api" + self.path.partition("?")[0], headers, body)
            found = answer(environment, request, tls_folder)
            self.send_response(found.status)
            for name, value in found.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body)

        do_GET = do_POST = do_DELETE = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield boto3.client(
            "mwaa",
            endpoint_url=f"http://127.0.0.1:{server.server_port}",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(inject_host_prefix=False, retries={"total_max_attempts": 1}),
        )
        server.shutdown()


def test_a_script_written_for_mwaa_starts_a_dag_run(mwaa: Any, fake: FakeAirflow) -> None:
    fake.answers["POST", RUNS] = 200, {"dag_run_id": "r1", "state": "queued"}
    body = {"logical_date": None, "conf": {"key": "a.csv"}}
    found = mwaa.invoke_rest_api(Name=NAME, Path="/dags/my_dag/dagRuns", Method="POST", Body=body)
    assert found["RestApiStatusCode"] == 200
    assert found["RestApiResponse"] == {"dag_run_id": "r1", "state": "queued"}
    assert fake.asked[-1] == ("POST", RUNS, body)


def test_query_parameters_reach_airflow(mwaa: Any, fake: FakeAirflow) -> None:
    fake.answers["GET", f"{RUNS}?limit=1&state=failed"] = 200, {"dag_runs": []}
    query = {"limit": 1, "state": "failed"}
    found = mwaa.invoke_rest_api(Name=NAME, Path="/dags/my_dag/dagRuns", Method="GET", QueryParameters=query)
    assert found["RestApiResponse"] == {"dag_runs": []}


@pytest.mark.parametrize(
    ("status", "code"), [(404, "RestApiClientException"), (500, "RestApiServerException")]
)
def test_what_airflow_refuses_is_an_error_with_its_status_and_body(
    mwaa: Any, fake: FakeAirflow, status: int, code: str
) -> None:
    fake.answers["POST", RUNS] = status, {"detail": "no such DAG"}
    with pytest.raises(ClientError) as caught:
        mwaa.invoke_rest_api(Name=NAME, Path="/dags/my_dag/dagRuns", Method="POST", Body={})
    assert caught.value.response["Error"] == {
        "Code": code,
        "Message": f"Airflow answers {status}: no such DAG",
    }
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert caught.value.response["RestApiStatusCode"] == status  # type: ignore[typeddict-item]
    assert caught.value.response["RestApiResponse"] == {"detail": "no such DAG"}  # type: ignore[typeddict-item]


def test_environments_are_listed_and_described(mwaa: Any) -> None:
    assert mwaa.list_environments()["Environments"] == [NAME]
    found = mwaa.get_environment(Name=NAME)["Environment"]
    assert found["Name"] == NAME
    assert found["Status"] == "AVAILABLE"
    assert found["Arn"] == f"arn:aws:airflow:us-east-1:000000000000:environment/{NAME}"
    assert found["AirflowVersion"] == "3.2.1"
    assert found["WebserverUrl"] == "127.0.0.1:8443"


@pytest.mark.parametrize("operation", ["get_environment", "create_cli_token", "create_web_login_token"])
def test_an_environment_of_another_name_is_not_found(mwaa: Any, operation: str) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(mwaa, operation)(Name="other")
    assert caught.value.response["Error"] == {
        "Code": "ResourceNotFoundException",
        "Message": "Environment 'other' not found",
    }
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


@pytest.mark.parametrize("body", [b"{", b"[]", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(environment: MwaaEnvironment, body: bytes) -> None:
    request = Request("POST", f"/api/restapi/{NAME}", {"x-local-glue-token": TOKEN}, body)
    found = answer(environment, request, None)
    assert found.status == 400
    assert json.loads(found.body)["message"].startswith("The request body is not ")


def test_what_the_sandbox_lacks_is_refused_by_name(mwaa: Any) -> None:
    with pytest.raises(
        ClientError, match="DELETE /environments/my-airflow is not answered here: the sandbox"
    ):
        mwaa.delete_environment(Name=NAME)


def test_a_cli_token_runs_a_command_for_a_minute(
    mwaa: Any, environment: MwaaEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def run(text: str) -> Answer:
        ran.append(text)
        return Answer(200, b"{}")

    monkeypatch.setattr("glue_sandbox.airflow.mwaa.server.run_command", run)
    given = mwaa.create_cli_token(Name=NAME)
    assert given["WebServerHostname"] == "127.0.0.1:8443"

    headers = {"authorization": f"Bearer {given['CliToken']}"}
    request = Request("POST", "/cli", headers, b"dags trigger my_dag")
    assert answer(environment, request, None).status == 200
    assert ran == ["dags trigger my_dag"]

    later = time.time() + tokens.SECONDS + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert answer(environment, request, None).status == 403
    assert ran == ["dags trigger my_dag"]


@pytest.mark.parametrize("bearer", ["", "x", "x.y", tokens.create_token("another secret", tokens.CLI)])
def test_a_made_up_token_runs_nothing(environment: MwaaEnvironment, bearer: str) -> None:
    request = Request("POST", "/cli", {"authorization": f"Bearer {bearer}"}, b"version")
    assert answer(environment, request, None).status == 403


def test_a_token_for_the_web_interface_runs_no_command(mwaa: Any, environment: MwaaEnvironment) -> None:
    token = mwaa.create_web_login_token(Name=NAME)["WebToken"]
    request = Request("POST", "/cli", {"authorization": f"Bearer {token}"}, b"version")
    assert answer(environment, request, None).status == 403


def test_a_web_login_token_opens_a_session(mwaa: Any, environment: MwaaEnvironment) -> None:
    token = mwaa.create_web_login_token(Name=NAME)["WebToken"]
    found = answer(environment, Request("POST", "/login", {}, f"token={token}".encode()), None)
    assert found.headers == (("set-cookie", "_token=t0ken; Path=/; SameSite=Lax"),)


def test_nobody_but_the_endpoint_calls_the_operations(environment: MwaaEnvironment) -> None:
    for headers in ({}, {"x-local-glue-token": "a guess"}):
        assert answer(environment, Request("GET", "/api/environments", headers), None).status == 403


def test_where_nothing_answers_with_tls_a_token_is_refused_with_the_reason(
    environment: MwaaEnvironment,
) -> None:
    request = Request("POST", f"/api/clitoken/{NAME}", {"x-local-glue-token": TOKEN})
    found = answer(environment, request, None)
    assert found.status == 400
    assert json.loads(found.body)["message"].endswith("Use InvokeRestApi, or MODE=embedded")


def test_a_command_answers_with_its_output_in_base64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    airflow = tmp_path / "airflow"
    airflow.write_text('#!/bin/sh\nshift 2; echo "ran $*"; echo trouble >&2; test "$1" = dags\n')
    airflow.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(airflow))
    done, failed = cli.run_command('dags trigger "my dag"'), cli.run_command("version")
    assert (done.status, failed.status) == (200, 400)
    assert _decoded(done) == {"stdout": "ran dags trigger my dag\n", "stderr": "trouble\n"}


@pytest.mark.parametrize(
    ("text", "found"), [("db reset -y", "found db"), ("", "no command"), ("dags '", "quot")]
)
def test_no_command_touches_airflow_itself(text: str, found: str) -> None:
    refused = cli.run_command(text)
    assert refused.status == 400
    assert found in _decoded(refused)["stderr"]


def test_the_environment_survives_its_variable(environment: MwaaEnvironment) -> None:
    assert read_environment(environment.variable()) == environment
    assert SECRET not in repr(environment)


def _decoded(found: Answer) -> dict[str, str]:
    return {name: base64.b64decode(text).decode() for name, text in json.loads(found.body).items()}
