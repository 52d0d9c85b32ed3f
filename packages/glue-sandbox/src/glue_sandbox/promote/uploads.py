"""Whether an object is there, byte for byte: by the checksum that S3 keeps of it; and small objects."""

from __future__ import annotations

import hashlib
from enum import Enum, auto
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from glue_sandbox.deploy.buckets import MISSING
from glue_sandbox.promote.content import checksum

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Presence(Enum):
    """What lies under a key."""

    NONE = auto()
    OTHER = auto()
    SAME = auto()


def present(s3: S3Client, bucket: str, key: str, body: bytes) -> Presence:
    """Return whether these bytes lie under a key.

    An object that somebody uploaded without a checksum is compared by its ETag; where that is no hash of the
    content, it counts as another one, and is written again.
    """
    try:
        found = s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    except ClientError as error:
        if error.response["Error"]["Code"] not in MISSING:
            raise
        return Presence.NONE
    if "ChecksumSHA256" in found:
        return Presence.SAME if found["ChecksumSHA256"] == checksum(body) else Presence.OTHER
    etag = hashlib.md5(body, usedforsecurity=False).hexdigest()
    return Presence.SAME if found["ETag"].strip('"') == etag else Presence.OTHER


def read_if_there(s3: S3Client, bucket: str, key: str) -> bytes | None:
    """Return an object's bytes; None where there is no such object."""
    try:
        body: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] not in MISSING:
            raise
        return None
    return body
