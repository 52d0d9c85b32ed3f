"""Fixtures for the tests of a project: pytest finds them as soon as glue-sandbox is installed.

def test_a_day_s_listens(s3, run_job, dynamodb):
    s3.upload_file("sample.csv", "my-bucket", "incoming/sample.csv")
    run_job("load", day="2024-06-25")
    assert dynamodb.Table("listens").get_item(Key={"day": "2024-06-25"})["Item"]["count"] == 3

The sandbox is that of the project in the folder that pytest is called in. Each fixture lasts a session,
and `own_bucket` a module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBServiceResource
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client
    from pyspark.sql import SparkSession

    from glue_sandbox.testing.sandbox import TestSandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[TestSandbox]:
    """The project's sandbox: one that runs, or else one that is started for this session."""
    from glue_sandbox.errors import SandboxError
    from glue_sandbox.testing.sandbox import sandbox_for_tests

    try:
        with sandbox_for_tests() as running:
            yield running
    except SandboxError as error:
        pytest.fail("\n".join(filter(None, [str(error), error.details])), pytrace=False)


@pytest.fixture(scope="session")
def s3(sandbox: TestSandbox) -> S3Client:
    """A client of S3."""
    client: S3Client = sandbox.client("s3")
    return client


@pytest.fixture(scope="module")
def own_bucket(sandbox: TestSandbox, request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of an empty bucket that this module alone has; removed after its last test."""
    with sandbox.own_bucket(request.node.name) as name:
        yield name


@pytest.fixture(scope="session")
def dynamodb(sandbox: TestSandbox) -> DynamoDBServiceResource:
    """The resource of DynamoDB, whose items are plain Python values."""
    from glue_sandbox import clients

    return clients.dynamodb(sandbox.settings)


@pytest.fixture(scope="session")
def glue(sandbox: TestSandbox) -> GlueClient:
    """A client of Glue."""
    client: GlueClient = sandbox.client("glue")
    return client


@pytest.fixture(scope="session")
def run_job(sandbox: TestSandbox) -> Callable[..., Mapping[str, Any]]:
    """Runs a Glue job to its end: `run_job("load", day="2024-06-25")`."""
    return sandbox.run_job


@pytest.fixture(scope="session")
def run_dag(sandbox: TestSandbox) -> Callable[..., Mapping[str, str | None]]:
    """Runs a DAG to its end: `run_dag("pipeline", {"key": "value"})` returns each task's state."""
    return sandbox.run_dag


@pytest.fixture(scope="session")
def spark(sandbox: TestSandbox) -> Iterator[SparkSession]:
    """The jobs' Spark, on the sandbox's S3 and Data Catalog: `spark.read.parquet("s3://…")`."""
    from glue_sandbox.testing.spark import spark_session

    with spark_session(sandbox.settings) as session:
        yield session
