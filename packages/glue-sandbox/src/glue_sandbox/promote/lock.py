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
from glue_sandbox.promote.releases import RELEASES, read_document
from glue_sandbox.promote.target import Target

KEY = f"{RELEASES}lock.json"
TAKEN = frozenset(("PreconditionFailed", "ConditionalRequestConflict"))


class Lock:
    """The right to promote to an environment, once there is a bucket that can hold it."""

    def __init__(self, target: Target) -> None:
        self._target, self._bucket = target, target.environment.buckets.artifacts
        self._id = str(uuid.uuid4())
        self._is_taken = False

    def take(self) -> None:
        """Take it, unless it is held already, or the first promotion has not made the bucket yet.

        Raises:
            SandboxError: another promotion holds it; says whose and since when.
        """
        if self._is_taken or not bucket_exists(self._target.s3, self._bucket):
            return
        since = datetime.now(UTC).isoformat(timespec="seconds")
        body = json.dumps({"by": self._target.caller, "since": since, "id": self._id}).encode()
        try:
            self._target.s3.put_object(Bucket=self._bucket, Key=KEY, Body=body, IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] not in TAKEN:
                raise
            raise SandboxError(
                f"no other promotion of environment {self._target.environment.name} under way",
                f"one of {_holder(self._target)}",
                "wait for it; if it was killed: the same command with BREAK_LOCK=1",
            ) from None
        self._is_taken = True

    def release(self) -> None:
        """Give it back; one that somebody else has broken and taken meanwhile is left to them."""
        if self._is_taken and _found(self._target).get("id") == self._id:
            self._target.s3.delete_object(Bucket=self._bucket, Key=KEY)


@contextmanager
def locked(target: Target, *, is_broken_first: bool = False) -> Iterator[Lock]:
    """Hold the environment's lock; a promotion that is killed leaves it, and the next one says so.

    The first promotion takes it as soon as its stack has made the bucket.

    Raises:
        SandboxError: another promotion holds it; says whose and since when.
    """
    if is_broken_first and bucket_exists(target.s3, target.environment.buckets.artifacts):
        target.s3.delete_object(Bucket=target.environment.buckets.artifacts, Key=KEY)
    lock = Lock(target)
    lock.take()
    try:
        yield lock
    finally:
        lock.release()


def _holder(target: Target) -> str:
    holder = _found(target)
    return f"{holder['by']} since {holder['since']}" if holder else "somebody who has just ended it: repeat"


def _found(target: Target) -> dict[str, str]:
    """What the lock says; nothing where there is none."""
    found = read_document(target, KEY)
    return dict(json.loads(found)) if found else {}
