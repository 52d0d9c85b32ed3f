"""Paths that are a bucket alone: `s3://bucket` means `s3://bucket/`.

Glue takes both: EMRFS did, and S3A of Hadoop 3.4 does, which it has now. S3A of Hadoop 3.3, which pyspark
brings, refuses the first one where it looks for it: "path must be absolute".
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from pyspark.sql import DataFrameReader, DataFrameWriter

_BUCKET = re.compile(r"s3[an]?://[^/]+")
_FORMATS = ("csv", "json", "orc", "parquet", "text")


def with_root(path: Any) -> Any:
    """Return a path with the slash that it lacks, a list of them likewise; all else as it is."""
    if isinstance(path, str):
        return f"{path}/" if _BUCKET.fullmatch(path) else path
    return type(path)(map(with_root, path)) if isinstance(path, (list, tuple)) else path


def accept_buckets() -> None:
    """Let Spark's readers and writers of this process take a bucket alone."""
    for owner, name in ((DataFrameReader, "load"), (DataFrameWriter, "save")):
        for method in (name, *_FORMATS):
            setattr(owner, method, _accepting(getattr(owner, method)))


def _accepting(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(self: Any, *paths: Any, **options: Any) -> Any:
        for name in ("path", "paths"):
            if name in options:
                options[name] = with_root(options[name])
        return method(self, *with_root(paths), **options)

    return call
