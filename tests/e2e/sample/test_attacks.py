"""What SECURITY.md says is closed, tried on a whole sandbox: by other users, by a job, by names of others."""

from __future__ import annotations

import contextlib
import hashlib
import json
import stat
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from e2e.harness import Sandbox
from glue_service.aws import trust_in
from glue_service.command_lines import CommandLines

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]

ACCOUNT = "arn:aws:iam::000000000000"
ADMIN = f"{ACCOUNT}:role/nosy-admin"
CLEAR_SCREEN, TITLE, BACKWARDS = "\x9b2J", "\x1b]0;owned\x07", "\u202e"
SCRIPT = f"""
import hashlib, json, os, pwd, sys
import boto3
value = sys.argv[sys.argv.index("--db_password") + 1]
try:
    command = {{"Name": "pythonshell", "ScriptLocation": "s3://b/k.py"}}
    boto3.client("glue").create_job(Name="made-by-a-nosy-job", Role={ADMIN!r}, Command=command)
    refused = ""
except Exception as error:
    refused = str(error)
print({f"{CLEAR_SCREEN}{TITLE}{BACKWARDS}of-a-nosy-job"!r})
print(json.dumps({{
    "script": sys.argv[0],
    "digest": hashlib.sha256(value.encode()).hexdigest(),
    "refused": refused,
    "homes": [os.path.expanduser("~"), pwd.getpwuid(os.getuid()).pw_dir],
    "aws_files": [os.path.getsize(os.environ[f"AWS_{{n}}_FILE"]) for n in ("CONFIG", "SHARED_CREDENTIALS")],
}}))
"""


@dataclass(frozen=True)
class NosyRun:
    """A job that tried, what it printed last, every command line meanwhile, and what `logs` shows."""

    secret: str
    printed: dict[str, Any]
    command_lines: list[str]
    logs: str


@pytest.fixture(scope="module")
def bucket(sandbox: Sandbox) -> Iterator[str]:
    """A bucket, and a role that may read it and nothing of Glue; both gone afterwards."""
    name, iam = f"nosy-{uuid.uuid4().hex[:8]}", sandbox.client("iam")
    allow = {"Effect": "Allow", "Action": ["s3:*", "logs:*"], "Resource": "*"}
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust_in("glue.amazonaws.com"))
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
    sandbox.s3.create_bucket(Bucket=name)
    sandbox.s3.put_object(Bucket=name, Key="nosy.py", Body=SCRIPT.encode())
    yield name
    sandbox.s3.delete_object(Bucket=name, Key="nosy.py")
    sandbox.s3.delete_bucket(Bucket=name)
    iam.delete_role_policy(RoleName=name, PolicyName="p")
    iam.delete_role(RoleName=name)


@contextmanager
def job_of(sandbox: Sandbox, bucket: str, key: str) -> Iterator[str]:
    """A job for a script of the bucket, as the role of its name."""
    name = f"nosy-{uuid.uuid4().hex[:6]}"
    command = {"Name": "pythonshell", "ScriptLocation": f"s3://{bucket}/{key}", "PythonVersion": "3.9"}
    sandbox.glue.create_job(Name=name, Role=f"{ACCOUNT}:role/{bucket}", Command=command)
    yield name
    sandbox.glue.delete_job(JobName=name)


def finished(sandbox: Sandbox, job: str, arguments: dict[str, str]) -> dict[str, Any]:
    """Run a job to its end."""
    run_id = sandbox.glue.start_job_run(JobName=job, Arguments=arguments)["JobRunId"]

    def ended() -> dict[str, Any] | None:
        run: dict[str, Any] = sandbox.glue.get_job_run(JobName=job, RunId=run_id)["JobRun"]
        return run if "CompletedOn" in run else None

    return sandbox.wait_for(f"the end of {run_id}", ended, 120)


@pytest.fixture(scope="module")
def nosy_run(sandbox: Sandbox, bucket: str) -> Iterator[NosyRun]:
    secret, watching = f"hunter-{uuid.uuid4().hex}", CommandLines()
    with job_of(sandbox, bucket, "nosy.py") as job:
        run = finished(sandbox, job, {"--db_password": secret})
        seen = watching.stop()
        assert run["JobRunState"] == "SUCCEEDED", run
        events = sandbox.client("logs").get_log_events(
            logGroupName=f"{run['LogGroupName']}/output", logStreamName=run["Id"]
        )
        printed = json.loads(events["events"][-1]["message"])
        yield NosyRun(secret, printed, seen, sandbox.command("logs"))
    sandbox.glue.delete_job(JobName="made-by-a-nosy-job")  # no error where there is none


def test_another_user_uses_no_path_that_is_for_the_services(sandbox: Sandbox) -> None:
    for port in ("SANDBOX_PORT", "EMULATOR_PORT"):
        for path in ("/_ministack/reset", "/_localstack/state/reset", "/_glue/cloudformation", "/_aws/ses"):
            answer = httpx.post(f"http://127.0.0.1:{sandbox.ports[port]}{path}", content=b"{}")
            assert answer.status_code == 403, (port, path, answer.text)


def test_a_job_gets_no_more_than_its_role_where_roles_are_enforced(
    sandbox: Sandbox, nosy_run: NosyRun
) -> None:
    is_enforced = sandbox.mode == "embedded" or sandbox.environment.get("EMULATOR") == "ministack"
    denied = "not authorized to perform: glue:CreateJob" in nosy_run.printed["refused"]
    assert denied == is_enforced, nosy_run.printed["refused"]
    assert denied or nosy_run.printed["refused"] == ""  # LocalStack enforces nothing, as SECURITY.md says


def test_nobody_reads_the_arguments_of_a_run(nosy_run: NosyRun) -> None:
    assert nosy_run.printed["digest"] == hashlib.sha256(nosy_run.secret.encode()).hexdigest()
    lines = nosy_run.command_lines
    assert [line for line in lines if nosy_run.printed["script"] in line], "the script was not seen"
    assert [line for line in lines if nosy_run.secret in line] == []


def test_no_secret_of_the_sandbox_is_on_a_command_line(sandbox: Sandbox, nosy_run: NosyRun) -> None:
    files = [path for name in ("keys.json", "secrets.json") for path in sandbox.state.rglob(name)]
    assert {path.name for path in files} == {"keys.json", "secrets.json"}
    kept = {value for path in files for value in json.loads(path.read_text()).values()}
    assert [line for line in nosy_run.command_lines for value in kept if value in line] == []


def test_all_of_the_state_is_its_owners_alone(sandbox: Sandbox) -> None:
    """But the links, which have no mode of their own; what is gone meanwhile needs none.

    Users inside containers read what is mounted: there, the folder around it is closed.
    """
    assert sandbox.state.stat().st_mode & 0o077 == 0
    inner = sandbox.state.rglob("*") if sandbox.mode == "embedded" else ()
    open_to_others = {}
    for path in inner:
        with contextlib.suppress(FileNotFoundError):
            mode = path.lstat().st_mode
            if mode & 0o077 and not stat.S_ISLNK(mode):
                open_to_others[str(path)] = oct(mode)
    assert open_to_others == {}


def test_a_job_has_a_home_of_its_own_without_keys(nosy_run: NosyRun) -> None:
    home, by_password_file = nosy_run.printed["homes"]
    assert home == by_password_file
    assert home.endswith("/home")
    assert nosy_run.printed["aws_files"] == [0, 0]


def test_what_a_job_prints_reaches_a_terminal_as_symbols(nosy_run: NosyRun) -> None:
    assert "of-a-nosy-job" in nosy_run.logs
    assert {character for character in nosy_run.logs if character in "\x1b\x07\x9b\u202e"} == set()


@pytest.mark.parametrize("key", ["jobs/..", f"jobs/{'a' * 400}.py"])
def test_a_script_whose_name_no_file_can_have_fails_its_run_in_a_sentence(
    sandbox: Sandbox, bucket: str, key: str
) -> None:
    with job_of(sandbox, bucket, key) as job:
        run = finished(sandbox, job, {})
    assert run["JobRunState"] == "FAILED"
    assert "ends in no file name, or in one of more than 255 bytes" in run["ErrorMessage"]
