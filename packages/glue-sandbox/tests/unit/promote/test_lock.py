"""The lock of an environment: also of a first promotion, and never somebody else's."""

from __future__ import annotations

import io
import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from glue_sandbox.errors import SandboxError
from glue_sandbox.promote.environment import Buckets, Environment
from glue_sandbox.promote.lock import KEY, locked
from glue_sandbox.promote.target import Target

ENVIRONMENT = Environment(
    name="dev",
    account_id="111122223333",
    region="us-east-1",
    buckets=Buckets(data="acme-data", artifacts="acme-code"),
)


class Bucket:
    """What S3 answers of the artifact bucket; None for its objects where it is not there yet."""

    def __init__(self, objects: dict[str, bytes] | None) -> None:
        self.objects = objects

    def head_bucket(self, **_: str) -> None:
        if self.objects is None:
            raise ClientError({"Error": {"Code": "404"}}, "HeadBucket")

    def put_object(self, Key: str, Body: bytes, IfNoneMatch: str, **_: str) -> None:  # noqa: N803
        assert self.objects is not None
        assert IfNoneMatch == "*"
        if Key in self.objects:
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "PutObject")
        self.objects[Key] = Body

    def get_object(self, Key: str, **_: str) -> Any:  # noqa: N803 - as AWS names it
        if Key not in (self.objects or {}):
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": io.BytesIO((self.objects or {})[Key])}

    def delete_object(self, Key: str, **_: str) -> None:  # noqa: N803 - as AWS names it
        (self.objects or {}).pop(Key, None)


def target(bucket: Bucket) -> Target:
    made = Target(ENVIRONMENT, boto3.Session(region_name="us-east-1"), "me")
    made.__dict__["s3"] = bucket
    return made


def test_it_is_held_and_given_back() -> None:
    bucket = Bucket({})
    with locked(target(bucket)):
        assert json.loads((bucket.objects or {})[KEY])["by"] == "me"
        with pytest.raises(SandboxError, match="one of me since"), locked(target(bucket)):
            pass
        assert KEY in (bucket.objects or {})
    assert bucket.objects == {}


def test_a_first_promotion_takes_it_as_soon_as_there_is_a_bucket() -> None:
    bucket = Bucket(None)
    with locked(target(bucket)) as lock:
        lock.take()
        bucket.objects = {}
        lock.take()
        lock.take()
        with pytest.raises(SandboxError, match="one of me since"), locked(target(bucket)):
            pass
    assert bucket.objects == {}


def test_a_stale_one_is_broken_when_asked() -> None:
    bucket = Bucket({KEY: json.dumps({"by": "other", "since": "now", "id": "1"}).encode()})
    with pytest.raises(SandboxError, match="one of other since now"), locked(target(bucket)):
        pass
    with locked(target(bucket), is_broken_first=True):
        assert json.loads((bucket.objects or {})[KEY])["by"] == "me"
    assert bucket.objects == {}


def test_who_lost_it_does_not_delete_what_others_hold() -> None:
    bucket = Bucket({})
    other = json.dumps({"by": "other", "since": "now", "id": "1"}).encode()
    with locked(target(bucket)):
        bucket.objects = {KEY: other}
    assert bucket.objects == {KEY: other}
