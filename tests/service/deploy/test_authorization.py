"""Calls of Glue are held to the policies of their caller, and so is a role that is passed to it."""

from __future__ import annotations

import http.client
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from glue_service.aws import trust_in
from glue_service.waiting import wait_for

from glue_sandbox.clients import client
from glue_sandbox.settings import Settings
from local_glue.dynamicframe.bookmarks.service import BookmarkService
from local_glue.http.control_paths import TOKEN_HEADER

ACCOUNT = "arn:aws:iam::000000000000"
ADMIN = f"{ACCOUNT}:role/admin"
COMMAND = {"Name": "pythonshell", "ScriptLocation": "s3://no-such-bucket/k.py"}


@dataclass
class Role:
    """A role, and clients that act as it."""

    settings: Settings
    name: str

    def may(self, *actions: str, resource: str | list[str] = "*", passing: Any = None) -> None:
        """Let it do this and nothing else; `passing` is what iam:PassRole is restricted to."""
        statements = [{"Effect": "Allow", "Action": list(actions), "Resource": resource}]
        if passing:
            statements.append({"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", **passing})
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        client(self.settings, "iam").put_role_policy(
            RoleName=self.name, PolicyName="only", PolicyDocument=document
        )

    def keys(self) -> dict[str, str]:
        arn = f"{ACCOUNT}:role/{self.name}"
        keys = client(self.settings, "sts").assume_role(RoleArn=arn, RoleSessionName="nosy")["Credentials"]
        return {
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"],
        }

    def client(self, service: str, url: str | None = None) -> Any:
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=url or self.settings.endpoint_url,
            region_name=self.settings.region,
            config=Config(retries={"total_max_attempts": 1}),
            **self.keys(),
        )

    def glue(self, url: str | None = None) -> Any:
        return self.client("glue", url)


@pytest.fixture
def role(settings: Settings) -> Iterator[Role]:
    iam, name = client(settings, "iam"), f"nosy-{uuid.uuid4().hex[:6]}"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust_in("glue.amazonaws.com"))
    yield Role(settings, name)
    if iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName="only")
    iam.delete_role(RoleName=name)


@pytest.fixture(params=["the AWS endpoint", "MiniStack's own port"])
def url(request: pytest.FixtureRequest, settings: Settings) -> str:
    return settings.endpoint_url if request.param == "the AWS endpoint" else settings.emulator_url


def refused(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException", caught.value
    return str(caught.value.response["Error"]["Message"])


def test_a_role_that_may_not_create_jobs_makes_none_with_an_admins_role(role: Role, url: str) -> None:
    role.may("s3:*", "logs:*")
    name = f"job-{uuid.uuid4().hex[:6]}"
    why = refused(role.glue(url).create_job, Name=name, Role=ADMIN, Command=COMMAND)
    assert f"assumed-role/{role.name}/nosy is not authorized to perform: glue:CreateJob" in why
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        client(role.settings, "glue").get_job(JobName=name)


def test_a_role_is_passed_to_glue_only_by_whom_may_pass_that_role_to_glue(role: Role, url: str) -> None:
    name = f"job-{uuid.uuid4().hex[:6]}"
    asked = {"Name": name, "Role": ADMIN, "Command": COMMAND}
    role.may("glue:*")
    assert f"iam:PassRole on resource: {ADMIN}" in refused(role.glue(url).create_job, **asked)
    to_lambda, to_glue = (
        {"Condition": {"StringEquals": {"iam:PassedToService": f"{name}.amazonaws.com"}}}
        for name in ("lambda", "glue")
    )
    for passing in (to_lambda, {"Resource": f"{ACCOUNT}:role/other"}):
        role.may("glue:*", passing=passing)
        assert "iam:PassRole" in refused(role.glue(url).create_job, **asked)
    role.may("glue:*", passing=to_glue)
    assert role.glue(url).create_job(**asked)["Name"] == name
    role.may("glue:*")
    update = {"JobName": name, "JobUpdate": {"Role": "admin", "Command": COMMAND}}
    assert "iam:PassRole" in refused(role.glue(url).update_job, **update)
    crawler = {"Name": name, "Role": "admin", "Targets": {"S3Targets": [{"Path": "s3://b/k"}]}}
    assert "iam:PassRole" in refused(role.glue(url).create_crawler, **crawler)
    assert role.glue(url).delete_job(JobName=name)["JobName"] == name


def test_a_policy_names_the_jobs_it_is_about(role: Role) -> None:
    glue, names = client(role.settings, "glue"), [f"{which}-{uuid.uuid4().hex[:6]}" for which in "ab"]
    for name in names:
        glue.create_job(Name=name, Role=ADMIN, Command=COMMAND)
    region = role.settings.region
    role.may("glue:*", resource=f"arn:aws:glue:{region}:000000000000:job/{names[0]}")
    mine = role.glue()
    assert mine.get_job(JobName=names[0])["Job"]["Name"] == names[0]
    assert f"job/{names[1]}" in refused(mine.get_job, JobName=names[1])
    assert f"job/{names[1]}" in refused(mine.start_job_run, JobName=names[1])
    assert f"job/{names[1]}" in refused(mine.batch_get_jobs, JobNames=names)
    refused(mine.get_jobs)


def test_a_table_needs_permission_on_its_database_and_the_catalog_too(role: Role) -> None:
    prefix = f"arn:aws:glue:{role.settings.region}:000000000000"
    database = f"db_{uuid.uuid4().hex[:6]}"
    glue = client(role.settings, "glue")
    glue.create_database(DatabaseInput={"Name": database})
    glue.create_table(DatabaseName=database, TableInput={"Name": "t"})
    asked = {"DatabaseName": database, "Name": "t"}
    needed = [f"{prefix}:{path}" for path in ("catalog", f"database/{database}", f"table/{database}/t")]
    for left_out in needed:
        role.may("glue:GetTable", resource=[arn for arn in needed if arn != left_out])
        assert f"on resource: {left_out} " in refused(role.glue().get_table, **asked)
    role.may("glue:GetTable", resource=needed)
    assert role.glue().get_table(**asked)["Table"]["Name"] == "t"
    assert "glue:DeleteTable" in refused(role.glue().delete_table, **asked)


@pytest.mark.parametrize(
    ("action", "needed"),
    [
        ("look", ["GetJobBookmark"]),
        ("begin", ["GetJobBookmark", "ResetJobBookmark"]),
        ("save", ["ResetJobBookmark"]),
    ],
)
def test_a_bookmark_is_seen_and_changed_by_whom_may_do_so_in_glues_api(
    role: Role, monkeypatch: pytest.MonkeyPatch, action: str, needed: list[str]
) -> None:
    job = f"job-{uuid.uuid4().hex[:6]}"
    arn = f"arn:aws:glue:{role.settings.region}:000000000000:job/{job}"
    asked = {"Action": action, "JobName": job, "RunId": "jr_1", "Version": 0, "Elements": {}}
    monkeypatch.setenv("AWS_ENDPOINT_URL", role.settings.endpoint_url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", role.settings.region)
    for name, value in role.keys().items():
        monkeypatch.setenv(name.upper(), value)

    for left_out in needed:
        others = [f"glue:{operation}" for operation in needed if operation != left_out]
        role.may("s3:*", *others, resource=arn)
        with pytest.raises(
            RuntimeError, match=f"not authorized to perform: glue:{left_out} on resource: {arn}"
        ):
            BookmarkService().ask(asked)

    role.may(*[f"glue:{operation}" for operation in needed], resource=f"{arn}-of-another-name")
    with pytest.raises(RuntimeError, match="not authorized"):
        BookmarkService().ask(asked)
    role.may(*[f"glue:{operation}" for operation in needed], resource=arn)
    assert BookmarkService().ask(asked)["Elements"] == {}


def test_a_stack_makes_in_glue_what_its_caller_may_make_there(role: Role, url: str) -> None:
    name = f"stack-{uuid.uuid4().hex[:6]}"
    job = {"Name": name, "Role": ADMIN, "Command": COMMAND}
    template = {"Resources": {"Job": {"Type": "AWS::Glue::Job", "Properties": job}}}
    asked = {"StackName": name, "TemplateBody": json.dumps(template), "OnFailure": "DO_NOTHING"}

    role.may("glue:*")
    with pytest.raises(ClientError, match=r"AccessDenied.*cloudformation:CreateStack"):
        role.client("cloudformation", url).create_stack(**asked)

    for actions, missing in (
        (["cloudformation:*"], "glue:CreateJob"),
        (["cloudformation:*", "glue:*"], "iam:PassRole"),
    ):
        role.may(*actions)
        role.client("cloudformation", url).create_stack(**asked)
        status, reason = end_of_stack(role.settings, name)
        assert status == "CREATE_FAILED"
        assert f"assumed-role/{role.name}/nosy is not authorized to perform: {missing}" in reason
        client(role.settings, "cloudformation").delete_stack(StackName=name)
        assert end_of_stack(role.settings, name)[0] == "DELETE_COMPLETE"

    role.may("cloudformation:*", "glue:*", passing={"Resource": ADMIN})
    role.client("cloudformation", url).create_stack(**asked)
    assert end_of_stack(role.settings, name)[0] == "CREATE_COMPLETE"
    assert client(role.settings, "glue").get_job(JobName=name)["Job"]["Role"] == ADMIN


def end_of_stack(settings: Settings, name: str) -> tuple[str, str]:
    """Wait for the end of what is done to a stack; return its status, and why its job failed."""
    cloudformation = client(settings, "cloudformation")
    stack = cloudformation.describe_stack_events(StackName=name)["StackEvents"][0]["StackId"]

    def ended() -> str | None:
        status: str = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
        return None if status.endswith("IN_PROGRESS") else status

    status = wait_for(f"the end of {stack}", ended)
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    reasons = [
        event.get("ResourceStatusReason", "") for event in events if event["LogicalResourceId"] == "Job"
    ]
    return status, " ".join(reasons)


def test_who_signs_wrongly_or_not_at_all_calls_nothing(role: Role) -> None:
    role.may("glue:*")
    mine = role.glue()
    mine._request_signer._credentials.secret_key = "a guess"
    with pytest.raises(ClientError, match=r"SignatureDoesNotMatch|InvalidSignatureException"):
        mine.get_jobs()
    headers = {"X-Amz-Target": "AWSGlue.GetJobs", "Content-Type": "application/x-amz-json-1.1"}
    answer = httpx.post(role.settings.endpoint_url, headers=headers, content=b"{}")
    assert (answer.status_code, answer.json()["__type"]) == (400, "MissingAuthenticationTokenException")


def test_control_paths_answer_the_sandboxs_own_services_alone(settings: Settings) -> None:
    """However the path is written, and whatever the request is signed with."""
    signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/glue/aws4_request"}
    for method, path in (
        ("POST", "/_ministack/reset"),
        ("POST", "//_ministack/reset"),
        ("POST", "/%5Fministack/reset"),
        ("POST", "/_ministack/./reset"),
        ("POST", "/x/../_ministack/reset"),
        ("POST", "/_ministack/config"),
        ("GET", "/_ministack/lambda-code/f"),
        ("GET", "/_ministack/sqs/messages"),
        ("GET", "/_localstack/config"),
        ("GET", "/_aws/ses"),
        ("POST", "/_glue/cloudformation"),
        ("POST", "/_glue/authorize"),
    ):
        for port in (settings.sandbox_port, settings.emulator_port):
            for token in ({}, {TOKEN_HEADER: ""}, {TOKEN_HEADER: "a guess"}):
                assert _status(port, method, path, {**signed, **token}) == 403, (port, path, token)
    for path in ("/_ministack/health", "/_localstack/health", "/_glue/health"):
        assert _status(settings.sandbox_port, "GET", path, {}) == 200
    token = {TOKEN_HEADER: settings.control_token}
    assert _status(settings.sandbox_port, "GET", "/_ministack/sqs/messages", token) != 403


def _status(port: int, method: str, path: str, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, b"" if method == "POST" else None, headers)
        return connection.getresponse().status
    finally:
        connection.close()
