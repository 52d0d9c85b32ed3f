"""A promotion to an account that has an Airflow of its own, up to the smoke test that runs there.

It takes some minutes, so it has a name that no suite collects:

    .sandbox/envs/dev/bin/python -m pytest tests/e2e/promotion_campaign.py

The account is an emulator's that holds roles to their policies, with a Glue service of its own. Its Airflow
knows nothing of this checkout: DAGs come from the bucket that it follows, variables from startup.sh.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from deliveries import ROOT
from service.deploy.test_promotion import ACCOUNT, DAGS_BUCKET, Person, file_of

from glue_sandbox.airflow.environment import load_secrets
from glue_sandbox.machine.ports import free_ports
from glue_sandbox.processes.services import AIRFLOW, airflow, airflow_release, glue, ministack
from glue_sandbox.processes.supervisor import Supervisor
from glue_sandbox.project import load_project
from glue_sandbox.settings import Settings, load_settings

PASSWORD = "promoted"
SYNC_SECONDS, COMMAND_SECONDS = 1.0, 2400
PROFILE = """\
account_id = "{account}"
region = "us-east-1"
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
    ports = dict(zip(("sandbox_port", "emulator_port", "airflow_port"), free_ports(3), strict=True))
    chosen = load_settings().model_copy(update={**ports, "state": tmp_path / "state"})
    supervisor = Supervisor(chosen)
    try:
        emulator = ministack(chosen)
        supervisor.ensure(replace(emulator, env={**emulator.env, "AUTH": "true"}))
        supervisor.ensure(glue(chosen))
        yield chosen, supervisor
    finally:
        supervisor.stop_all()


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
    made.home.mkdir()
    made.client("s3").create_bucket(Bucket=DAGS_BUCKET)
    return made


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
def test_the_smoke_test_runs_where_the_target_s_own_airflow_runs_the_dag(
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
    supervisor.ensure(airflow(beside))

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
