"""Who asked CloudFormation, or signs as a run, is whom the emulator's IAM is asked about."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from glue_service.in_process import stored

from local_glue.http.app import App
from local_glue.http.control_paths import CALLER_HEADER, TOKEN_HEADER, TOKEN_VARIABLE
from local_glue.http.protocol import Answer, Request
from local_glue.settings import read_settings

TOKEN, SESSION = "a token", "ASIAOFSOMEBODY"
SIGNED_BY = (
    "AWS4-HMAC-SHA256 Credential={}/20260101/us-east-1/glue/aws4_request, SignedHeaders=host, Signature=0"
)
COMMAND = {"Name": "pythonshell", "ScriptLocation": "s3://b/k.py"}
ACCOUNT = "111122223333"
JOB_ARN = f"arn:aws:glue:us-east-1:{ACCOUNT}:job/j"


@dataclass
class Iam:
    """An emulator's answers, and all that it was asked."""

    url: str
    allowed: set[str] = field(default_factory=set)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(asked)
        missing = [one["action"] for one in asked["Permissions"] if one["action"] not in self.allowed]
        denied = {"Allowed": False, "Code": "AccessDeniedException", "Status": 400}
        return {**denied, "Message": f"may not {missing[0]}"} if missing else {"Allowed": True}


@pytest.fixture
def iam() -> Iterator[Iam]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            body = json.dumps(found.answer(asked)).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Iam(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()


@pytest.fixture
def app(tmp_path: Path, iam: Iam) -> App:
    return App(
        read_settings(
            {
                "GLUE_STATE_DIR": str(tmp_path),
                "GLUE_JOB_PYTHON": "/bin/false",
                "GLUE_EMULATOR_URL": iam.url,
                "GLUE_AUTHORIZATION": "emulator",
                "GLUE_ACCOUNT_ID": ACCOUNT,
                TOKEN_VARIABLE: TOKEN,
            }
        )
    )


def request(body: dict[str, Any], key: str, **headers: str) -> Request:
    given = {"authorization": SIGNED_BY.format(key), **headers}
    encoded = tuple((name.encode(), value.encode()) for name, value in given.items())
    return Request("POST", "/", "", encoded, json.dumps(body).encode())


def stack_of(caller: str) -> Request:
    """What an emulator's CloudFormation sends for a job of a stack."""
    asked = {
        "RequestType": "Create",
        "ResourceType": "AWS::Glue::Job",
        "LogicalResourceId": "Job",
        "DefaultName": "j",
        "ResourceProperties": {"Role": "admin", "Command": COMMAND},
    }
    return request(asked, ACCOUNT, **{TOKEN_HEADER: TOKEN, **({CALLER_HEADER: caller} if caller else {})})


def output_of(answer: Answer) -> dict[str, Any]:
    output: dict[str, Any] = json.loads(answer.body)
    return output


@pytest.mark.parametrize("left_out", ["glue:CreateJob", "iam:PassRole"])
def test_a_stack_makes_no_job_that_its_caller_may_not_make(app: App, iam: Iam, left_out: str) -> None:
    iam.allowed = {"glue:CreateJob", "iam:PassRole"} - {left_out}
    output = output_of(app.answer_cloudformation(stack_of(SESSION)))
    assert output["Status"] == "FAILED"
    assert f"may not {left_out}" in output["Reason"]
    assert stored(app) == []
    assert [asked["Caller"] for asked in iam.asked] == [SESSION]


@pytest.mark.parametrize(("caller", "asked"), [(SESSION, [SESSION]), ("", [])])
def test_a_stack_of_one_who_may_has_its_job_and_the_account_itself_is_not_asked_about(
    app: App, iam: Iam, caller: str, asked: list[str]
) -> None:
    iam.allowed = {"glue:CreateJob", "iam:PassRole"}
    assert output_of(app.answer_cloudformation(stack_of(caller)))["Status"] == "SUCCESS"
    assert [one["Caller"] for one in iam.asked] == asked
    assert len(stored(app)) == 1


@pytest.mark.parametrize(
    ("action", "operations"),
    [
        ("look", ["GetJobBookmark"]),
        ("begin", ["GetJobBookmark", "ResetJobBookmark"]),
        ("save", ["ResetJobBookmark"]),
        ("set", ["ResetJobBookmark"]),
        ("anything else", ["GetJobBookmark", "ResetJobBookmark"]),
    ],
)
def test_a_bookmark_needs_what_glues_api_needs_for_the_same(
    app: App, iam: Iam, action: str, operations: list[str]
) -> None:
    asked = {"Action": action, "JobName": "j", "RunId": "jr_1", "Version": 0, "Elements": {}}
    answer = app.answer_bookmark_request(request(asked, SESSION))
    assert (answer.status, output_of(answer)["Message"]) == (400, f"may not glue:{operations[0]}")
    assert [(one["action"], one["resource"]) for one in iam.asked[0]["Permissions"]] == [
        (f"glue:{operation}", JOB_ARN) for operation in operations
    ]
    assert stored(app) == []

    iam.allowed = {f"glue:{operation}" for operation in operations}
    assert app.answer_bookmark_request(request(asked, SESSION)).status == (
        200 if action in ("look", "begin", "save") else 400
    )
