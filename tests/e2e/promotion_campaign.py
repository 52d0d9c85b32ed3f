"""A promotion to an account with its own Airflow: the smoke test and a failed run where that runs the DAG.

It takes some minutes, so it has a name that no suite collects:

    .sandbox/envs/dev/bin/python -m pytest tests/e2e/promotion_campaign.py

The account is an emulator's that holds roles to their policies, with a Glue service of its own. Its Airflow
knows nothing of this checkout: DAGs come from the bucket that it follows, variables from startup.sh. It has a
session of the role that infra/airflow.yaml makes, and no other keys.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from deliveries import ROOT
from glue_service.waiting import wait_for
from service.deploy.conftest import running_account
from service.deploy.test_promotion import ACCOUNT, DAGS_BUCKET, Person, file_of

from glue_sandbox.airflow.environment import load_secrets
from glue_sandbox.deploy.templates import load_template
from glue_sandbox.permissions.project_roles import reasons_of, roles_of_templates
from glue_sandbox.permissions.report import compare_all
from glue_sandbox.processes.services import AIRFLOW, Service, airflow, airflow_release
from glue_sandbox.processes.supervisor import Supervisor
from glue_sandbox.project.file import load_project
from glue_sandbox.promote.environment import load_environment
from glue_sandbox.promote.parameters import given_parameters
from glue_sandbox.settings import Settings
from glue_sandbox.status.recorded_calls import recorded_calls
from local_glue.calls.recorder import parse_records

PASSWORD = "promoted"
SYNC_SECONDS, COMMAND_SECONDS, RUN_SECONDS = 1.0, 2400, 1500
DATA, AIRFLOW_ROLE, JOBS_ROLE = "acme-music-dev", "dev_airflow", "dev_music-streams-glue-jobs"
AIRFLOW_STACK = {
    "AirflowBucketName": DAGS_BUCKET,
    "AirflowRoleName": AIRFLOW_ROLE,
    "SubnetIds": "subnet-1,subnet-2",
    "SecurityGroupIds": "sg-1",
    "NamePrefix": "dev_",
    "DataBucketName": DATA,
    "FileValidationMetadataTableName": "dev_FileValidationMetadata",
    "AlertTopicName": "dev_music_streams_alerts",
    "CrawlerName": "dev_music_streams_crawler",
}
DENIED = "not authorized to perform|Access ?Denied"
KEY = "spotify_data/user_streams/denied.csv"
STREAMS = b"user_id,track_id,listen_time\nu1,t1,2024-06-25 10:00:00\n"
PROFILE = """\
account_id = "{account}"
region = "us-east-1"
profile = "music-dev"
stacks = "acme-dev"
prefix = "dev_"
[buckets]
data = "acme-music-dev"
artifacts = "acme-music-dev-artifacts"
[parameters]
ArchiveBucketName = "acme-music-dev-archive"
AirflowApiUrl = "{url}"
AirflowUser = "admin"
AirflowPassword = "{password}"
[airflow]
dags = "s3://{bucket}/dags/"
{own}
[airflow.environment]
MUSIC_STREAMS_SCHEDULE = "* * * * *"
MUSIC_STREAMS_RETRIES = "1"
MUSIC_STREAMS_RETRY_DELAY_SECONDS = "1"
"""
TARGET = """\
name = "target"
[airflow]
dags = "dags"
dag_id = "music_streaming_pipeline"
[airflow.environment]
{variables}
"""


class Followed:
    """The folder of DAGs of Airflow's machine, which follows the bucket as `aws s3 sync` does."""

    def __init__(self, person: Person, folder: Path) -> None:
        self._s3, self._folder, self._end = person.client("s3"), folder, threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def sync(self) -> None:
        """Bring the folder to what the bucket has."""
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=DAGS_BUCKET, Prefix="dags/"):
            for each in page.get("Contents", []):
                file = self._folder / each["Key"].removeprefix("dags/")
                body = self._s3.get_object(Bucket=DAGS_BUCKET, Key=each["Key"])["Body"].read()
                if not file.is_file() or file.read_bytes() != body:
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(body)

    def _follow(self) -> None:
        while not self._end.wait(SYNC_SECONDS):
            self.sync()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()


@pytest.fixture
def account(tmp_path: Path) -> Iterator[tuple[Settings, Supervisor]]:
    with running_account(tmp_path / "state", account_id=ACCOUNT) as found:
        yield found


@pytest.fixture
def person(account: tuple[Settings, Supervisor], tmp_path: Path) -> Person:
    """Somebody with a whole checkout."""
    root = tmp_path / "checkout"
    for folder in ("infra", "glue", "dags", "scripts", "notebooks"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "sandbox.toml"):
        shutil.copy(ROOT / file, root)
    (root / "environments").mkdir()
    made = Person(account[0], root, tmp_path / "home")
    makes_what_airflow_needs(made)
    return made


def makes_what_airflow_needs(person: Person) -> None:
    """Deploy infra/airflow.yaml as people do, without MWAA itself, which the emulator has not."""
    template = load_template(person.root / "infra/airflow.yaml")
    del template["Resources"]["AirflowEnvironment"], template["Outputs"]["AirflowUrl"]
    stacks = person.client("cloudformation")
    stacks.create_stack(
        StackName="acme-airflow",
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": name, "ParameterValue": text} for name, text in AIRFLOW_STACK.items()],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    stacks.get_waiter("stack_create_complete").wait(StackName="acme-airflow", WaiterConfig={"Delay": 1})


def with_role(person: Person, service: Service) -> Service:
    """The service with a session of Airflow's role instead of the account's keys."""
    arn = person.client("iam").get_role(RoleName=AIRFLOW_ROLE)["Role"]["Arn"]
    given = person.client("sts").assume_role(RoleArn=arn, RoleSessionName="airflow")["Credentials"]
    keys = {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }
    return replace(service, env={**service.env, **keys})


@contextmanager
def jobs_denied(person: Person) -> Iterator[None]:
    """Take all policies of the jobs' role, and give them back."""
    iam = person.client("iam")
    names = iam.list_role_policies(RoleName=JOBS_ROLE)["PolicyNames"]
    before = {
        name: iam.get_role_policy(RoleName=JOBS_ROLE, PolicyName=name)["PolicyDocument"] for name in names
    }
    assert before
    for name in names:
        iam.delete_role_policy(RoleName=JOBS_ROLE, PolicyName=name)
    try:
        yield
    finally:
        for name, document in before.items():
            iam.put_role_policy(RoleName=JOBS_ROLE, PolicyName=name, PolicyDocument=json.dumps(document))


def told(person: Person, words: str) -> str | None:
    """The text that people were told under a subject with these words; None as long as there is none."""
    items = person.client("dynamodb").scan(TableName="dev_Alerts")["Items"]
    texts = [each["text"]["S"] for each in items if words in each["subject"]["S"]]
    return texts[0] if texts else None


def promote(person: Person, *, own: str, smoke_minutes: str) -> str:
    """Plan and promote what the checkout holds; what was said."""
    profile = PROFILE.format(
        account=ACCOUNT, url=person.settings.airflow_url, password=PASSWORD, bucket=DAGS_BUCKET, own=own
    )
    (person.root / "environments" / "dev.toml").write_text(profile)
    person.proves()
    said = ""
    for words, variables in (("plan", {"TARGET": "dev"}), ("promote", {"CONFIRM": ACCOUNT})):
        if words == "promote":
            variables |= {"PLAN": file_of(said), "SMOKE_WAIT": smoke_minutes}
        process = person.begins(words, AIRFLOW_PASSWORD=PASSWORD, **variables)
        output, errors = process.communicate(timeout=COMMAND_SECONDS)
        assert process.returncode == 0, said + output + errors
        said += output
    return said


@pytest.mark.timeout(3600)
def test_the_smoke_test_and_a_failed_run_where_the_target_s_own_airflow_has_its_own_role(
    account: tuple[Settings, Supervisor], person: Person, tmp_path: Path
) -> None:
    promote(person, own="", smoke_minutes="0")

    target = tmp_path / "target"
    folder = Followed(person, target / "dags")
    folder.sync()
    script = person.client("s3").get_object(Bucket=DAGS_BUCKET, Key="startup.sh")["Body"].read().decode()
    exported = subprocess.run(
        ["sh", "-c", f"{script}\nenv"], env={"PATH": os.defpath}, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    pairs = (line.split("=", 1) for line in exported if line.startswith("MUSIC_STREAMS_"))
    variables = "\n".join(f"{name} = {json.dumps(value)}" for name, value in pairs)
    (target / "sandbox.toml").write_text(TARGET.format(variables=variables))

    settings, supervisor = account
    beside = settings.model_copy(update={"project": load_project(target / "sandbox.toml")})
    load_secrets(settings.state / AIRFLOW, PASSWORD)
    airflow_release(beside).touch(0o600)
    supervisor.ensure(with_role(person, airflow(beside)))

    person.edits("glue/jobs/calculate_metrics_etl.py", "DATES_AT_ONCE = 31", "DATES_AT_ONCE = 30")
    person.edits("dags/dag_glue_workflow.py", "Every step is safe to repeat", "Each step is safe to repeat")
    own = f'url = "{settings.airflow_url}"\nuser = "admin"'
    with folder:
        said = promote(person, own=own, smoke_minutes="30")
    assert "Airflow is not as expected" not in said
    assert "has read music_streaming_pipeline as it is in this release" in said
    assert "smoke test: its KPIs and its archive are right" in said
    assert "smoke test: files, ledger and KPIs agree" in said
    assert person.client("glue").get_job_runs(JobName="dev_calculate_metrics_etl")["JobRuns"]

    wait_for("the end of both runs of the smoke test", lambda: archived_runs(person) >= 2, RUN_SECONDS)
    with jobs_denied(person):
        person.client("s3").put_object(Bucket=DATA, Key=KEY, Body=STREAMS)
        text = wait_for("a message of the failed run", lambda: told(person, "failed"), RUN_SECONDS)
        row = ledger_row(person)
    assert f"1 file waits in landing, not lost:\n           {KEY}" in text
    assert re.search(DENIED, text)
    assert row["failed_step"]["S"] == "validate_input_files"
    assert re.search(DENIED, row["error"]["S"])

    wait_for("a message that all is well", lambda: told(person, "well again"), RUN_SECONDS)
    assert ledger_row(person)["archival_status"]["S"] == "SUCCESS"
    assert_least(person)


def archived_runs(person: Person) -> int:
    """How many runs of the last job have ended well."""
    runs = person.client("glue").get_job_runs(JobName="dev_archive_streams_files")["JobRuns"]
    return sum(run["JobRunState"] == "SUCCEEDED" for run in runs)


def ledger_row(person: Person) -> dict[str, Any]:
    """What the ledger says of the file."""
    answer = person.client("dynamodb").get_item(
        TableName="dev_FileValidationMetadata", Key={"file_key": {"S": KEY}}
    )
    row: dict[str, Any] = answer["Item"]
    return row


def assert_least(person: Person) -> None:
    """Airflow's role grants what Airflow asked for, and only what nobody but MWAA itself needs beside it."""
    project = load_project(person.root / "sandbox.toml")
    settings = person.settings.model_copy(update={"project": project})
    parameters = given_parameters(settings, load_environment(project, "dev"), {})
    (role,) = [each for each in roles_of_templates(project, parameters) if each.is_of_airflow]
    (report,) = compare_all([role], parse_records(recorded_calls(settings)))
    assert report.missing == ()
    reasons = reasons_of(settings)[role.logical_id]
    unused = {action for action in report.unused if not reasons[action].startswith("MWAA itself")}
    assert unused <= {"glue:BatchStopJobRun"}
