"""All that is in the project's buckets and tables, deleted so that a test begins with nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from glue_sandbox import clients
from glue_sandbox.airflow.dag_runs import open_dag
from glue_sandbox.deploy.buckets import keys_in
from glue_sandbox.errors import SandboxError
from glue_sandbox.jobs.job_run import ENDED
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import data_places

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

POLL_SECONDS = 0.3


def delete_project_data(settings: Settings, seconds: float) -> None:
    """Delete every object of the data bucket and the other buckets but folders, and every item of the tables.

    Runs of the project's DAG and of jobs that are queued or under way are waited for: they would write again.

    Raises:
        SandboxError: a run did not end in time.
    """
    if settings.project.has_dags:
        with open_dag(settings) as dag:
            dag.settle(seconds)
    wait_for_jobs(clients.client(settings, "glue"), seconds)

    bucket, tables = data_places(settings)
    s3 = clients.s3(settings)
    for name in (bucket, *settings.project.buckets.others):
        delete_objects(s3, name)
    for name in tables.values():
        delete_items(clients.dynamodb(settings).Table(name))


def wait_for_jobs(glue: Any, seconds: float) -> None:
    """Wait until no run of a job is under way; one may outlive the run of the DAG that has started it.

    Raises:
        SandboxError: one did not end in time.
    """
    deadline = time.monotonic() + seconds
    while running := next(_runs_under_way(glue), None):
        if time.monotonic() > deadline:
            expected = f"{running['JobName']} to end within {seconds:.0f} s"
            raise SandboxError(expected, f"run {running['Id']} {running['JobRunState']}", "make logs")
        time.sleep(POLL_SECONDS)


def _runs_under_way(glue: Any) -> Iterator[Mapping[str, Any]]:
    for page in glue.get_paginator("get_jobs").paginate():
        for job in page["Jobs"]:
            for run in glue.get_job_runs(JobName=job["Name"])["JobRuns"]:
                if run["JobRunState"] not in ENDED:
                    yield run


def delete_objects(s3: S3Client, bucket: str) -> None:
    """Delete what is in a bucket; keys that end in / are its folders, and stay."""
    for key in sorted(keys_in(s3, bucket)):
        if not key.endswith("/"):
            s3.delete_object(Bucket=bucket, Key=key)


def delete_items(table: Any) -> None:
    """Delete every item of a table."""
    names = [each["AttributeName"] for each in table.key_schema]
    with table.batch_writer() as batch:
        for key in _keys(table, names):
            batch.delete_item(Key=key)


def _keys(table: Any, names: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the key of each item; a name may be a word that expressions reserve."""
    aliases = {f"#{number}": name for number, name in enumerate(names)}
    asked = {"ProjectionExpression": ", ".join(aliases), "ExpressionAttributeNames": aliases}
    page = table.scan(**asked)
    yield from page["Items"]
    while last := page.get("LastEvaluatedKey"):
        page = table.scan(**asked, ExclusiveStartKey=last)
        yield from page["Items"]
