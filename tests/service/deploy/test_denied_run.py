"""A permission that a job's role lacks fails the run, and the run says which action on which resource."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import pytest

from glue_sandbox.clients import client
from glue_sandbox.settings import Settings

BUCKET = f"denied-{uuid.uuid4().hex[:8]}"
FINAL = {"SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT"}
WRITES = f"import boto3\nboto3.client('s3').put_object(Bucket='{BUCKET}', Key='out/x', Body=b'')\n"
LISTS = f"import boto3\nboto3.client('s3').list_objects_v2(Bucket='{BUCKET}')\n"
SPARK_WRITES = f"""
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
allowed = spark.read.text("s3://{BUCKET}/scripts/").where("value like 'SPARK%'").count()
spark.range(1).write.parquet(f"s3://{BUCKET}/out/allowed-{{allowed}}")
SPARK = "this is the line"
"""


@pytest.fixture(scope="module")
def run_as_role(settings: Settings) -> Any:
    """Run a script as a role that may only read scripts; give the finished run."""
    s3, iam, glue = (client(settings, name) for name in ("s3", "iam", "glue"))
    s3.create_bucket(Bucket=BUCKET)
    trust = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
    iam.create_role(RoleName=BUCKET, AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
    may = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/scripts*"}
    may_list = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{BUCKET}"}
    iam.put_role_policy(
        RoleName=BUCKET,
        PolicyName="p",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [may, may_list]}),
    )

    def run(script: str, folder: str = "scripts", kind: str = "pythonshell", **start: str) -> dict[str, Any]:
        name = uuid.uuid4().hex
        s3.put_object(Bucket=BUCKET, Key=f"{folder}/{name}.py", Body=script.encode())
        command = {"Name": kind, "ScriptLocation": f"s3://{BUCKET}/{folder}/{name}.py"}
        glue.create_job(Name=name, Role=BUCKET, Command=command)
        run_id = glue.start_job_run(JobName=name, **start)["JobRunId"]
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            found: dict[str, Any] = glue.get_job_run(JobName=name, RunId=run_id)["JobRun"]
            if found["JobRunState"] in FINAL:
                return found
            time.sleep(0.1)
        raise TimeoutError(f"{name} is {found['JobRunState']}")

    return run


def test_what_the_role_allows_works(run_as_role: Any) -> None:
    assert run_as_role("print('fine')")["JobRunState"] == "SUCCEEDED"


def test_a_denied_call_of_the_script_fails_the_run_and_is_named(run_as_role: Any) -> None:
    run = run_as_role(WRITES)
    assert run["JobRunState"] == "FAILED"
    assert "AccessDenied" in run["ErrorMessage"]
    assert "s3:PutObject" in run["ErrorMessage"]
    assert f"arn:aws:s3:::{BUCKET}/out/x" in run["ErrorMessage"]


def test_a_session_policy_takes_away_what_the_role_allows(run_as_role: Any) -> None:
    may = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [may]})
    assert run_as_role(LISTS)["JobRunState"] == "SUCCEEDED"
    run = run_as_role(LISTS, ExecutionRoleSessionPolicy=policy)
    assert run["JobRunState"] == "FAILED"
    assert "AccessDenied" in run["ErrorMessage"]
    assert "s3:ListBucket" in run["ErrorMessage"]
    run = run_as_role(LISTS, ExecutionRoleSessionPolicy="no policy")
    assert run["JobRunState"] == "FAILED"
    assert "can't be assumed" in run["ErrorMessage"]
    assert "MalformedPolicyDocument" in run["ErrorMessage"]


def test_what_a_spark_job_reads_and_writes_is_held_to_the_role_too(run_as_role: Any) -> None:
    run = run_as_role(SPARK_WRITES, kind="glueetl")
    assert run["JobRunState"] == "FAILED"
    denied = f"java.nio.file.AccessDeniedException: s3://{BUCKET}/out/allowed-1"
    assert denied in run["ErrorMessage"]  # so the script was read as a text, and counted
    assert "Forbidden" in run["ErrorMessage"]


def test_a_script_that_the_role_may_not_read_is_named(run_as_role: Any) -> None:
    run = run_as_role("print('ran')", folder="elsewhere")
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].startswith(f"LAUNCH ERROR | s3://{BUCKET}/elsewhere/")
    assert "s3:GetObject" in run["ErrorMessage"]
    assert f"arn:aws:s3:::{BUCKET}/elsewhere/" in run["ErrorMessage"]
