"""Waits for the pipeline: which DAG runs a delivery started, and when they have worked off all of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from glue_sandbox.airflow.client import AirflowApi, DagRun, TaskInstance
from glue_sandbox.airflow.environment import ADMIN_USER
from glue_sandbox.clients import s3
from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings
from glue_sandbox.status import DAG_ID, airflow_password
from music_streams.layout import landing_folder

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

EVENT_SECONDS = 20.0  # how long an S3 event may take to start a run
POLL_SECONDS = 0.3
ANSWER_SECONDS = 120  # Airflow shares the machine with Spark, and may be slow while that works
Progress = Callable[[DagRun, list[TaskInstance]], None]


def open_airflow(settings: Settings) -> AirflowApi:
    """A client of the running Airflow."""
    password = airflow_password(settings) or ""
    return AirflowApi(settings.airflow_url, ADMIN_USER, password, timeout_seconds=ANSWER_SECONDS)


def wait_for_dag(airflow: AirflowApi, seconds: float) -> None:
    """Wait until Airflow has read the DAG; SandboxError with the traceback when it cannot."""
    deadline = time.monotonic() + seconds
    while DAG_ID not in airflow.dag_ids():
        broken = airflow.import_errors()
        if broken or time.monotonic() > deadline:
            raise SandboxError(
                f"the DAG {DAG_ID} in Airflow",
                f"errors in {', '.join(broken)}" if broken else f"none after {seconds:.0f} s",
                "correct the file in dags/ (Airflow keeps running and reads it again), then: make up",
                details="\n".join(broken.values()),
            )
        time.sleep(POLL_SECONDS)


def known_runs(airflow: AirflowApi) -> set[str]:
    """Ids of the runs that have looked at landing; one that is queued will still see what comes now."""
    return {run.run_id for run in airflow.dag_runs(DAG_ID, limit=50) if run.state != "queued"}


def settle(airflow: AirflowApi, seconds: float) -> int:
    """Wait until no run is queued or under way; returns how many there were."""
    waited_for: set[str] = set()
    while active := [run for run in airflow.dag_runs(DAG_ID) if not run.is_over]:
        waited_for |= {run.run_id for run in active}
        airflow.wait_for_run(DAG_ID, active[-1].run_id, seconds, poll_seconds=POLL_SECONDS)
    return len(waited_for)


def wait_for_start(airflow: AirflowApi, known: set[str]) -> tuple[DagRun, bool]:
    """The run that works on what was just delivered, and whether it began by itself.

    The S3 event starts it; where none comes, it is started here.
    """
    deadline = time.monotonic() + EVENT_SECONDS
    while time.monotonic() < deadline:
        new = [run for run in airflow.dag_runs(DAG_ID) if run.run_id not in known]
        if new:
            return new[0], True
        time.sleep(POLL_SECONDS)
    return airflow.trigger(DAG_ID), False


def follow(settings: Settings, known: set[str], seconds: float, progress: Progress) -> list[DagRun]:
    """Follow every new run until none is under way and no stream file is left in landing.

    A file that lands while a run is under way waits for the next one, so one delivery may need two.
    Raises SandboxError when a run failed or time is up.
    """
    finished: list[DagRun] = []
    deadline = time.monotonic() + seconds
    bucket = s3(settings)
    with open_airflow(settings) as airflow:
        wait_for_start(airflow, known)
        while True:
            active = _next_run(airflow, known | {run.run_id for run in finished})
            if active is None and not waiting_files(bucket, settings.data_bucket):
                return finished
            if active is None:  # left over, and nobody on the way for it
                active, _ = wait_for_start(airflow, known | {run.run_id for run in finished})
            left = max(1.0, deadline - time.monotonic())
            finished.append(follow_run(settings, airflow, active, left, progress))


def follow_run(
    settings: Settings, airflow: AirflowApi, run: DagRun, seconds: float, progress: Progress
) -> DagRun:
    """Follow one run to its end; SandboxError with the end of the failed task's log when it failed."""
    ended = airflow.wait_for_run(DAG_ID, run.run_id, seconds, progress, POLL_SECONDS)
    if ended.state != "success":
        raise _failure(settings, airflow, ended)
    return ended


def waiting_files(bucket: S3Client, name: str) -> list[str]:
    """Keys of stream files in landing that no run has worked off."""
    pages = bucket.get_paginator("list_objects_v2").paginate(Bucket=name, Prefix=landing_folder("streams"))
    return [
        each["Key"] for page in pages for each in page.get("Contents", []) if not each["Key"].endswith("/")
    ]


def _next_run(airflow: AirflowApi, known: set[str]) -> DagRun | None:
    new = [run for run in airflow.dag_runs(DAG_ID) if run.run_id not in known]
    return new[-1] if new else None


def _failure(settings: Settings, airflow: AirflowApi, run: DagRun) -> SandboxError:
    tasks = airflow.task_instances(DAG_ID, run.run_id)
    failed = next((task for task in tasks if task.state == "failed"), None)
    log = airflow.task_log(DAG_ID, run.run_id, failed.task_id, failed.try_number) if failed else ""
    return SandboxError(
        f"run {run.run_id} to succeed",
        f"task {failed.task_id} failed; the end of its log is above" if failed else f"state {run.state}",
        f"look at http://localhost:{settings.airflow_port}/dags/{DAG_ID}, or type: make logs S=glue",
        details="\n".join(log.splitlines()[-20:]),
    )
