"""Spark's history server is started on a place that it can read, and on no other."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from glue_sandbox import history_server
from glue_sandbox.errors import SandboxError
from glue_sandbox.history_server import must_be_a_place, must_have_objects
from glue_sandbox.settings import Settings


@pytest.mark.parametrize("location", ["x", "bucket/spark-events/", "s3:/bucket", "s3:///"])
def test_a_place_that_cannot_be_read_is_refused_with_one_that_can(location: str) -> None:
    with pytest.raises(SandboxError) as refused:
        must_be_a_place(location)
    assert refused.value.found == f"LOGS={location}"
    assert refused.value.next_command == "make history LOGS=s3://my-bucket/spark-events/"


@pytest.mark.parametrize("location", ["s3://bucket/spark-events/", "s3a://bucket", "/"])
def test_addresses_in_s3_and_folders_are_places(location: str) -> None:
    must_be_a_place(location)


def list_objects(Bucket: str, Prefix: str, MaxKeys: int) -> dict[str, int]:  # noqa: N803 - boto3's names
    if Bucket != "mine":
        raise ClientError({"Error": {"Code": "NoSuchBucket"}}, "ListObjectsV2")
    return {"KeyCount": MaxKeys if "spark-events/app".startswith(Prefix) else 0}


@pytest.fixture
def _a_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    s3: Any = SimpleNamespace(list_objects_v2=list_objects)
    monkeypatch.setattr(history_server, "client", lambda *_: s3)


@pytest.mark.usefixtures("_a_bucket")
@pytest.mark.parametrize("location", ["s3://other/spark-events/", "s3a://mine/nothing/"])
def test_a_place_with_nothing_in_it_is_refused_with_a_job_that_leaves_its_log_there(location: str) -> None:
    with pytest.raises(SandboxError) as refused:
        must_have_objects(Settings(), location)
    assert refused.value.found == f"nothing at {location}"
    assert refused.value.next_command == (
        f'make run JOB=my_job ARGS="--enable-spark-ui true --spark-event-logs-path {location}"'
    )


@pytest.mark.usefixtures("_a_bucket")
@pytest.mark.parametrize("location", ["s3://mine/spark-events/", "s3a://mine", "/"])
def test_one_with_logs_or_a_folder_is_not_refused(location: str) -> None:
    must_have_objects(Settings(), location)
