"""GlueContainer, as somebody's tests use it: a job, from its calls to what it writes, and accounts apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from container_support.containers import docker
from glue_service.aws import trust_in
from testcontainers.core.config import testcontainers_config

from glue_sandbox.errors import SandboxError
from glue_sandbox.jobs.job_run import ENDED
from glue_sandbox.testing.glue_container import GlueContainer

pytestmark = [pytest.mark.containers, pytest.mark.timeout(300)]
OTHER = {"aws_access_key_id": "111111111111"}
SCRIPT = b"import boto3\nboto3.client('s3').put_object(Bucket='listens', Key='out', Body=b'3')\n"


def allows(action: str) -> str:
    """Return a policy that allows this action, on everything."""
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="module")
def glue(names: dict[str, str]) -> Iterator[GlueContainer]:
    # Its helper image, which removes what a killed test run leaves, is in a registry alone.
    testcontainers_config.ryuk_disabled = True
    image, emulator = names["GLUE_SERVICE_IMAGE"], names["MINISTACK_IMAGE"]
    with GlueContainer(image, emulator_image=emulator) as running:
        s3 = running.get_client("s3")
        s3.create_bucket(Bucket="listens")
        s3.put_object(Bucket="listens", Key="count.py", Body=SCRIPT)
        yield running


def run_as(glue: GlueContainer, role: str, *actions: str) -> dict[str, Any]:
    """Run a Python shell job with a role that allows these actions; return the run that has ended."""
    iam, client = glue.get_client("iam"), glue.get_client("glue")
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust_in("glue.amazonaws.com"))
    for number, action in enumerate(actions):
        iam.put_role_policy(RoleName=role, PolicyName=str(number), PolicyDocument=allows(action))
    command = {"Name": "pythonshell", "ScriptLocation": "s3://listens/count.py", "PythonVersion": "3.9"}
    client.create_job(Name=role, Role=role, Command=command)
    run_id = client.start_job_run(JobName=role)["JobRunId"]
    while True:
        run: dict[str, Any] = client.get_job_run(JobName=role, RunId=run_id)["JobRun"]
        if run["JobRunState"] in ENDED:
            return run


def test_a_job_runs_and_its_role_counts(glue: GlueContainer) -> None:
    refused = run_as(glue, "reader", "s3:GetObject")
    assert refused["JobRunState"] == "FAILED"
    assert "s3:PutObject" in refused["ErrorMessage"]
    run = run_as(glue, "writer", "s3:GetObject", "s3:PutObject")
    assert run["JobRunState"] == "SUCCEEDED", run
    assert glue.get_client("s3").get_object(Bucket="listens", Key="out")["Body"].read() == b"3"


def test_another_account_sees_none_of_it(glue: GlueContainer) -> None:
    command = {"Name": "glueetl", "ScriptLocation": "s3://listens/count.py"}
    glue.get_client("glue", **OTHER).create_job(Name="theirs", Role="r", Command=command)
    assert glue.get_client("glue", **OTHER).list_jobs()["JobNames"] == ["theirs"]
    assert "theirs" not in glue.get_client("glue").list_jobs()["JobNames"]
    assert glue.get_client("s3", **OTHER).list_buckets()["Buckets"] == []
    with pytest.raises(ClientError, match=r"NoSuchBucket|AccessDenied"):
        glue.get_client("s3", **OTHER).list_objects_v2(Bucket="listens")


def test_it_is_reached_on_loopback_alone(glue: GlueContainer) -> None:
    assert docker("port", glue.get_container_id()).startswith("4566/tcp -> 127.0.0.1:")


def test_an_image_that_is_not_here_is_named_and_nothing_is_left(names: dict[str, str]) -> None:
    testcontainers_config.ryuk_disabled = True
    before = docker("network", "ls", "--quiet")
    absent = GlueContainer(names["GLUE_SERVICE_IMAGE"], emulator_image="no-such-image:1")
    with pytest.raises(SandboxError) as caught, absent:
        pytest.fail("it started")
    assert str(caught.value) == (
        "expected the image no-such-image:1; found none of this name in the engine; next: glue-sandbox images"
    )
    assert docker("network", "ls", "--quiet") == before
