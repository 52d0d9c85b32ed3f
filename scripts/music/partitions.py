"""Which dates a data set in the bucket has, from the names of its folders alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DATE_FOLDER = re.compile(r"(?:\w+=)?(\d{4}-\d{2}-\d{2})/")


def dates_below(s3: S3Client, bucket: str, prefix: str) -> Iterator[str]:
    """The dates of the folders `<prefix><column>=<date>/` or `<prefix><date>/`, oldest first."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, Delimiter="/")
    for page in pages:
        for folder in page.get("CommonPrefixes", []):
            date = DATE_FOLDER.fullmatch(folder["Prefix"].removeprefix(prefix))
            if date:
                yield date[1]
