"""Each call of a role is kept once, also over a restart; nobody else's."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

from local_glue.calls.recorder import FILE, CallRecorder, parse_records
from local_glue.http.glue_calls import operations_and_glue
from local_glue.store import Scope

HERE = Scope("111122223333", "us-east-1")
ROLE = f"arn:aws:iam::{HERE.account}:role/jobs"
FOLDER = "arn:aws:s3:::b/a/*"


def request(method: str, path: str, service: str = "s3", key: str = "ASIA1", **headers: str) -> Any:
    credential = f"AWS4-HMAC-SHA256 Credential={key}/20240625/us-east-1/{service}/aws4_request, Signature=x"
    named = {"authorization": credential} | {name.replace("_", "-"): text for name, text in headers.items()}
    encoded = [(name.encode(), text.encode()) for name, text in named.items()]
    return {"type": "http", "method": method, "path": path, "query_string": b"", "headers": encoded}


def recorded(folder: Path, *requests: tuple[Any, bytes]) -> list[tuple[str, ...]]:
    """The file's records after some requests, each received in two parts."""
    recorder = CallRecorder(folder, {"ASIA1": ROLE}.get, partial(operations_and_glue, default=HERE))

    async def receive_all() -> None:
        for scope, body in requests:
            parts = [(body[:7], True), (body[7:], False)]

            async def receive(parts: list[tuple[bytes, bool]] = parts) -> Any:
                part, more = parts.pop(0)
                return {"type": "http.request", "body": part, "more_body": more}

            heard = recorder.listening(scope, receive)
            whole = b""
            while True:
                message = await heard()
                whole += message["body"]
                if not message["more_body"]:
                    break
            assert whole == body

    asyncio.run(receive_all())
    recorder.close()
    return list(parse_records(recorder.text()))


def test_a_call_is_kept_once_and_only_of_a_role(tmp_path: Path) -> None:
    twice = [(request("GET", "/b/a/1"), b""), (request("GET", "/b/a/2"), b"")]
    stranger = (request("GET", "/b/other/3", key="AKIA9"), b"")
    kept = [(ROLE, "s3", "GetObject", FOLDER, "")]
    assert recorded(tmp_path, *twice, stranger) == kept
    assert recorded(tmp_path, *twice) == kept


def test_airflow_is_known_by_what_its_provider_says(tmp_path: Path) -> None:
    agent = "Boto3/1.42 Airflow/3.2.1 AmPP/9.25.0 Caller/S3Hook"
    assert recorded(tmp_path, (request("PUT", "/b/a/1", key="test", user_agent=agent), b"")) == [
        ("airflow", "s3", "PutObject", FOLDER, "")
    ]


def test_a_body_says_what_is_meant_and_passing_a_role_is_a_call_of_its_own(tmp_path: Path) -> None:
    body = b'{"Name": "j", "Role": "jobs", "Command": {}}'
    scope = request("POST", "/", "glue", x_amz_target="AWSGlue.CreateJob")
    assert recorded(tmp_path, (scope, body)) == [
        (ROLE, "glue", "CreateJob", HERE.arn("job/j"), ""),
        (ROLE, "iam", "PassRole", ROLE, ""),
    ]


def test_a_line_that_was_cut_short_is_left_out(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('["r", "s3", "GetObject", "x", ""]\n["r", "s3", "Ge')
    assert list(parse_records((tmp_path / FILE).read_text())) == [("r", "s3", "GetObject", "x", "")]
