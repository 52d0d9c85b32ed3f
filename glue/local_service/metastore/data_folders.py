"""The folders of databases, tables and partitions: a metastore makes them, and deletes what it manages."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

_S3 = ("s3", "s3a", "s3n")


class DataFolders:
    """Folders on S3, where an empty object stands for one, or on this machine."""

    def __init__(self, s3: Any) -> None:
        self._s3 = s3

    def make(self, location: str | None) -> None:
        """Make a folder if it is none yet: Spark asks for that of a new table before it writes there."""
        parts = urlsplit(location or "")
        prefix = _prefix(location)
        if parts.scheme in _S3 and prefix != "/":
            if not self._s3.list_objects_v2(Bucket=parts.netloc, Prefix=prefix, MaxKeys=1)["KeyCount"]:
                self._s3.put_object(Bucket=parts.netloc, Key=prefix, Body=b"")
        elif parts.scheme == "file":
            Path(unquote(parts.path)).mkdir(parents=True, exist_ok=True)

    def delete(self, location: str | None) -> None:
        """Delete a folder on S3 with all in it, never a whole bucket. A local one goes with the run."""
        parts = urlsplit(location or "")
        prefix = _prefix(location)
        if parts.scheme in _S3 and prefix != "/":
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=parts.netloc, Prefix=prefix)
            for page in pages:
                keys = [{"Key": found["Key"]} for found in page.get("Contents", [])]
                if keys:
                    self._s3.delete_objects(Bucket=parts.netloc, Delete={"Objects": keys, "Quiet": True})


def _prefix(location: str | None) -> str:
    """Give an S3 location's key, with a slash at its end; nothing in it is escaped."""
    return (location or "").partition("://")[2].partition("/")[2].strip("/") + "/"
