"""Buckets: whether one is there, and what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MISSING = frozenset({"404", "NoSuchBucket", "NoSuchKey", "NotFound"})
"""What S3 says of a bucket, or of an object, that is not there."""


def bucket_exists(s3: S3Client, name: str) -> bool:
    """Return whether there is a bucket of this name."""
    try:
        s3.head_bucket(Bucket=name)
    except ClientError as error:
        if error.response["Error"].get("Code") in MISSING:
            return False
        raise
    return True


def ensure_bucket(s3: S3Client, name: str, region: str) -> bool:
    """Create a bucket; return False when it is there already."""
    if bucket_exists(s3, name):
        return False
    if region == "us-east-1":  # the one region that S3 does not want to be told
        s3.create_bucket(Bucket=name)
    else:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})  # type: ignore[typeddict-item]
    return True


def is_empty(s3: S3Client, name: str) -> bool:
    """Return whether a bucket holds no object."""
    return not s3.list_objects_v2(Bucket=name, MaxKeys=1).get("Contents")


def keys_in(s3: S3Client, bucket: str) -> set[str]:
    """Return the keys of all objects."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {stored["Key"] for page in pages for stored in page.get("Contents", [])}


def delete_all_objects(s3: S3Client, bucket: str) -> None:
    """Delete every object of a bucket."""
    for key in keys_in(s3, bucket):
        s3.delete_object(Bucket=bucket, Key=key)
