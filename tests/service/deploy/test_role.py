"""The jobs' role in an emulator that enforces IAM: what the jobs do is allowed, and nothing beyond it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from deliveries import ROOT

from glue_sandbox.clients import client
from glue_sandbox.settings import Settings

from .conftest import Deploy

BUCKET = "music-streams"
ARTIFACTS = "music-streams-artifacts"
METRIC = [{"MetricName": "RunsSucceeded", "Value": 1.0}]
KPI_ITEM = {"listen_date": {"S": "2024-06-25"}}


@pytest.fixture(scope="module")
def as_job(settings: Settings, deploy_from: Deploy) -> Callable[[str], Any]:
    """Clients with the credentials that Glue gives to a run of one of our jobs."""
    deploy_from(ROOT)
    role = "arn:aws:iam::000000000000:role/music-streams-glue-jobs"
    given = client(settings, "sts").assume_role(RoleArn=role, RoleSessionName="run")["Credentials"]
    s3 = client(settings, "s3")
    for key in (
        "spotify_data/songs/s.csv",
        "spotify_data/user_streams/a\nb.csv",
        "manifests/m.json",
        "archive/a.csv",
    ):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")
    s3.put_object(Bucket=ARTIFACTS, Key="jobs/x/job.py", Body=b"x")
    keys = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    session: Any = boto3.session.Session(*keys, settings.region)
    return cache(lambda service: session.client(service, endpoint_url=settings.endpoint_url))


def put(bucket: str, key: str) -> tuple[str, str, dict[str, Any]]:
    return "s3", "put_object", {"Bucket": bucket, "Key": key, "Body": b"x"}


def on_object(operation: str, bucket: str, key: str) -> tuple[str, str, dict[str, Any]]:
    return "s3", operation, {"Bucket": bucket, "Key": key}


ALLOWED = [
    ("s3", "list_objects_v2", {"Bucket": BUCKET}),
    on_object("get_object", BUCKET, "spotify_data/songs/s.csv"),
    on_object("get_object", BUCKET, "manifests/m.json"),
    on_object("get_object", BUCKET, "spotify_data/user_streams/a\nb.csv"),
    *[put(BUCKET, f"{folder}/x") for folder in ("staging", "batches", "curated", "output", "loaded")],
    *[put(BUCKET, f"{folder}/x") for folder in ("rejected", "pending", "error", "archive", "spark-events")],
    put(BUCKET, "output_$folder$"),
    on_object("delete_object", BUCKET, "staging/x"),
    on_object("get_object", ARTIFACTS, "jobs/x/job.py"),
    ("dynamodb", "describe_table", {"TableName": "TopGenresByDay"}),
    (
        "dynamodb",
        "batch_write_item",
        {"RequestItems": {"TopGenresByDay": [{"PutRequest": {"Item": KPI_ITEM}}]}},
    ),
    (
        "dynamodb",
        "put_item",
        {"TableName": "FileValidationMetadata", "Item": {"file_key": {"S": "spotify_data/x.csv"}}},
    ),
]
ALLOWED.append(("cloudwatch", "put_metric_data", {"Namespace": "MusicStreams", "MetricData": METRIC}))
DENIED = [
    ("cloudwatch", "put_metric_data", {"Namespace": "Other", "MetricData": METRIC}),
    ("cloudwatch", "list_metrics", {}),
    put(BUCKET, "spotify_data/songs/new.csv"),
    put(BUCKET, "manifests/m.json"),
    on_object("delete_object", BUCKET, "archive/a.csv"),
    put(ARTIFACTS, "jobs/x/job.py"),
    ("s3", "list_buckets", {}),
    ("dynamodb", "scan", {"TableName": "TopGenresByDay"}),
    ("dynamodb", "delete_table", {"TableName": "TopGenresByDay"}),
    ("iam", "list_roles", {}),
]


def name_of(call: tuple[str, str, dict[str, Any]]) -> str:
    service, operation, arguments = call
    return f"{service} {operation} {arguments.get('Key', '')}"


@pytest.mark.parametrize("call", ALLOWED, ids=name_of)
def test_a_job_may(as_job: Callable[[str], Any], call: tuple[str, str, dict[str, Any]]) -> None:
    service, operation, arguments = call
    answer = getattr(as_job(service), operation)(**arguments)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] in {200, 204}
    assert not answer.get("UnprocessedItems")


@pytest.mark.parametrize("call", DENIED, ids=name_of)
def test_a_job_may_not(as_job: Callable[[str], Any], call: tuple[str, str, dict[str, Any]]) -> None:
    service, operation, arguments = call
    with pytest.raises(ClientError, match=r"AccessDenied|is not authorized"):
        getattr(as_job(service), operation)(**arguments)
