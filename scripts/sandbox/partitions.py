"""Which dates a data set in the bucket has, from the names of its partitions alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def dates_below(s3: S3Client, bucket: str, prefix: str) -> Iterator[str]:
    """The dates of the partitions `<prefix><column>=<date>/`, oldest first."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, Delimiter="/")
    for page in pages:
        for folder in page.get("CommonPrefixes", []):
            _, equals, date = folder["Prefix"].removeprefix(prefix).rstrip("/").partition("=")
            if equals:
                yield date
