"""Keeps two promotions of one environment apart: an object that S3 lets only one of them create."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from botocore.exceptions import ClientError

from glue_sandbox.deploy.buckets import bucket_exists
from glue_sandbox.errors import SandboxError
from glue_sandbox.promote.releases import NO_KEY, RELEASES
from glue_sandbox.promote.target import Target

KEY = f"{RELEASES}lock.json"
TAKEN = frozenset(("PreconditionFailed", "ConditionalRequestConflict"))


@contextmanager
def locked(target: Target, *, is_broken_first: bool = False) -> Iterator[None]:
    """Hold the environment's lock; a promotion that is killed leaves it, and the next one says so.

    Before the first promotion there is no bucket to hold it: CloudFormation keeps two creations apart.

    Raises:
        SandboxError: another promotion holds it; says whose and since when.
    """
    bucket = target.environment.buckets.artifacts
    if not bucket_exists(target.s3, bucket):
        yield
        return

    if is_broken_first:
        target.s3.delete_object(Bucket=bucket, Key=KEY)
    mine = {
        "by": target.caller,
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
        "id": str(uuid.uuid4()),
    }
    try:
        target.s3.put_object(Bucket=bucket, Key=KEY, Body=json.dumps(mine).encode(), IfNoneMatch="*")
    except ClientError as error:
        if error.response["Error"]["Code"] not in TAKEN:
            raise
        raise SandboxError(
            f"no other promotion of environment {target.environment.name} under way",
            f"one of {_holder(target)}",
            "wait for it; if it was killed: the same command with BREAK_LOCK=1",
        ) from None
    try:
        yield
    finally:
        target.s3.delete_object(Bucket=bucket, Key=KEY)


def _holder(target: Target) -> str:
    try:
        found = target.s3.get_object(Bucket=target.environment.buckets.artifacts, Key=KEY)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in NO_KEY:
            return "somebody who has just ended it: repeat"
        raise
    holder = json.loads(found)
    return f"{holder['by']} since {holder['since']}"
