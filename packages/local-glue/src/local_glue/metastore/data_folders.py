"""The folders of databases, tables and partitions on S3: a metastore makes them, and deletes its own."""

from typing import Any
from urllib.parse import urlsplit

_S3 = ("s3", "s3a", "s3n")


class DataFolders:
    """An empty object stands for a folder; those elsewhere, and whole buckets, are left alone."""

    def __init__(self, s3: Any) -> None:
        self._s3 = s3

    def make(self, location: str | None) -> bool:
        """Make a folder if it is none yet, which Spark expects of a new table; return whether it was made."""
        is_new = False
        for bucket, prefix in _on_s3(location):
            if not self._s3.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)["KeyCount"]:
                self._s3.put_object(Bucket=bucket, Key=prefix, Body=b"")
                is_new = True
        return is_new

    def delete(self, location: str | None) -> None:
        """Delete a folder with all in it."""
        for bucket, prefix in _on_s3(location):
            for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
                keys = [{"Key": found["Key"]} for found in page.get("Contents", [])]
                if keys:
                    self._s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})


def _on_s3(location: str | None) -> list[tuple[str, str]]:
    """Return bucket and key of a folder, with a slash at its end, if it is one on S3; nothing is escaped."""
    parts = urlsplit(location or "")
    key = (location or "").partition("://")[2].partition("/")[2].strip("/")
    return [(parts.netloc, f"{key}/")] if parts.scheme in _S3 and key else []
