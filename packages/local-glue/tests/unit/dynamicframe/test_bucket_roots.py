"""A path that is a bucket alone has a slash behind it before Spark sees it."""

from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import DataFrameReader, DataFrameWriter

from local_glue.dynamicframe.bucket_roots import accept_buckets, with_root


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("s3://b", "s3://b/"),
        ("s3a://b", "s3a://b/"),
        ("s3n://b.c-d", "s3n://b.c-d/"),
        ("s3://b/", "s3://b/"),
        ("s3://b/a.csv", "s3://b/a.csv"),
        ("file:///tmp", "file:///tmp"),
        ("hdfs://host", "hdfs://host"),
        ("s3://", "s3://"),
        (["s3://b", "s3://b/c"], ["s3://b/", "s3://b/c"]),
        (("s3://b",), ("s3://b/",)),
        (None, None),
    ],
)
def test_a_path(path: Any, expected: Any) -> None:
    assert with_root(path) == expected


def test_readers_and_writers_take_a_bucket_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, Any, Any]] = []

    def spy(name: str) -> Any:
        return lambda _self, *paths, **options: seen.append((name, paths, options))

    for owner, first in ((DataFrameReader, "load"), (DataFrameWriter, "save")):
        for name in (first, "csv", "json", "orc", "parquet", "text"):
            monkeypatch.setattr(owner, name, spy(f"{owner.__name__}.{name}"))
    accept_buckets()

    reader, writer = object.__new__(DataFrameReader), object.__new__(DataFrameWriter)
    reader.load("s3a://b")
    reader.load(path="s3a://b", format="csv")
    reader.csv(["s3://b", "s3://c/d"], header=True)
    reader.json("s3://b", "id int")
    reader.orc("s3://b")
    reader.parquet("s3://b", "s3://c")
    reader.text(paths=["s3://b"])
    writer.save("s3://b", mode="append")
    for name in ("csv", "json", "orc", "parquet", "text"):
        getattr(writer, name)(path="s3://b")
    assert seen == [
        ("DataFrameReader.load", ("s3a://b/",), {}),
        ("DataFrameReader.load", (), {"path": "s3a://b/", "format": "csv"}),
        ("DataFrameReader.csv", (["s3://b/", "s3://c/d"],), {"header": True}),
        ("DataFrameReader.json", ("s3://b/", "id int"), {}),
        ("DataFrameReader.orc", ("s3://b/",), {}),
        ("DataFrameReader.parquet", ("s3://b/", "s3://c/"), {}),
        ("DataFrameReader.text", (), {"paths": ["s3://b/"]}),
        ("DataFrameWriter.save", ("s3://b/",), {"mode": "append"}),
        *(
            (f"DataFrameWriter.{name}", (), {"path": "s3://b/"})
            for name in ("csv", "json", "orc", "parquet", "text")
        ),
    ]
