"""awswrangler, unmodified: datasets in S3 whose tables and partitions are in the Data Catalog."""

from __future__ import annotations

import inspect
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import awswrangler as wr
import boto3
import pandas as pd
import pytest
from glue_service.aws import BUCKET
from glue_service.service import GlueService


@pytest.fixture
def session(service: GlueService, monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    """awswrangler's clients find the AWS endpoint by the variable that every SDK reads."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", service.url)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    return boto3.Session(region_name="us-east-1")


FORMATS = ("parquet", "csv", "json", "orc")
# How awswrangler writes each so that its rows can be read again without its index.
OPTIONS: dict[str, dict[str, Any]] = {
    "parquet": {},
    "csv": {"index": False},
    "json": {"index": False, "orient": "records", "lines": True},
    "orc": {},
}


class Dataset:
    """A database with one table to write to and read from."""

    def __init__(self, session: boto3.Session) -> None:
        self.session: Any = session
        self.database = f"wr_{uuid.uuid4().hex[:12]}"
        self.path = f"s3://{BUCKET}/{self.database}/listens/"
        wr.catalog.create_database(self.database, boto3_session=self.session)

    def write(self, days: list[str], counts: list[int], mode: Any = "append", **more: Any) -> None:
        wr.s3.to_parquet(
            pd.DataFrame({"track": [f"t{count}" for count in counts], "count": counts, "day": days}),
            path=self.path,
            dataset=True,
            database=self.database,
            table="listens",
            partition_cols=["day"],
            mode=mode,
            boto3_session=self.session,
            **more,
        )

    def read(self, **more: Any) -> list[tuple[str, int]]:
        found: Any = wr.s3.read_parquet_table(
            database=self.database, table="listens", boto3_session=self.session, **more
        )
        return sorted(zip(found["day"].astype(str), found["count"].tolist(), strict=True))

    def days(self, **more: Any) -> list[str]:
        found = wr.catalog.get_partitions(self.database, "listens", boto3_session=self.session, **more)
        return sorted(values[0] for values in found.values())


@pytest.fixture
def dataset(session: boto3.Session) -> Iterator[Dataset]:
    made = Dataset(session)
    yield made
    wr.catalog.delete_database(made.database, boto3_session=made.session)


def test_a_dataset_is_appended_and_overwritten(dataset: Dataset) -> None:
    dataset.write(["1", "2"], [1, 2])
    dataset.write(["2", "3"], [3, 4])
    assert dataset.read() == [("1", 1), ("2", 2), ("2", 3), ("3", 4)]
    dataset.write(["3"], [5], mode="overwrite_partitions")
    assert dataset.read() == [("1", 1), ("2", 2), ("2", 3), ("3", 5)]
    dataset.write(["4"], [6], mode="overwrite")
    assert dataset.read() == [("4", 6)]
    assert dataset.days() == ["4"]


def test_a_read_takes_the_partitions_it_asks_for(dataset: Dataset) -> None:
    dataset.write(["1", "2", "3"], [1, 2, 3])
    assert dataset.read(partition_filter=lambda partition: partition["day"] >= "2") == [("2", 2), ("3", 3)]
    assert dataset.days(expression="day > '1' AND day <> '3'") == ["2"]


def test_the_catalog_tells_what_was_written(dataset: Dataset) -> None:
    session = dataset.session
    texts = {"description": "listens by day", "columns_comments": {"count": "how many"}}
    dataset.write(["1"], [1], glue_table_settings={**texts, "parameters": {"tier": "gold"}})
    where: Any = {"database": dataset.database, "table": "listens", "boto3_session": session}
    assert wr.catalog.does_table_exist(**where)
    assert wr.catalog.get_table_types(**where) == {"track": "string", "count": "bigint", "day": "string"}
    assert wr.catalog.get_table_location(**where) == dataset.path
    assert wr.catalog.get_table_description(**where) == "listens by day"
    assert wr.catalog.get_columns_comments(**where)["count"] == "how many"
    assert wr.catalog.get_table_parameters(**where)["tier"] == "gold"
    assert wr.catalog.get_table_number_of_versions(**where) == 1
    wr.catalog.upsert_table_parameters(parameters={"tier": "silver"}, **where)
    assert wr.catalog.get_table_parameters(**where)["tier"] == "silver"
    wr.catalog.add_column(column_name="extra", column_type="int", column_comment="more", **where)
    assert (wr.catalog.get_table_types(**where) or {})["extra"] == "int"
    assert wr.catalog.get_table_number_of_versions(**where) > 1
    found = [
        table["Name"] for table in wr.catalog.get_tables(database=dataset.database, boto3_session=session)
    ]
    assert found == ["listens"]
    assert dataset.database in wr.catalog.databases(limit=1000, boto3_session=session)["Database"].tolist()
    text = wr.catalog.search_tables(text="how many", boto3_session=session)
    assert dataset.database in [table["DatabaseName"] for table in text]
    wr.catalog.delete_all_partitions(**where)
    assert dataset.days() == []
    assert wr.catalog.delete_table_if_exists(**where)
    assert not wr.catalog.delete_table_if_exists(**where)


def test_partitions_and_csv_tables_are_made_by_hand(dataset: Dataset) -> None:
    session: Any = dataset.session
    where: Any = {"database": dataset.database, "table": "plain", "boto3_session": session}
    path = dataset.path.replace("listens", "plain")
    wr.catalog.create_csv_table(
        path=path, columns_types={"a": "int"}, partitions_types={"hour": "int"}, **where
    )
    values = {f"{path}hour={hour}/": [hour] for hour in ("2", "10")}
    wr.catalog.add_csv_partitions(partitions_values=values, **where)
    assert wr.catalog.get_csv_partitions(expression="hour > 2", **where) == {f"{path}hour=10/": ["10"]}
    wr.catalog.delete_partitions(partitions_values=[["10"]], **where)
    assert list(wr.catalog.get_partitions(**where).values()) == [["2"]]


def rows(**more: Any) -> pd.DataFrame:
    return pd.DataFrame({"Track Id": ["a", "b"], "count": [1, 2], "day": ["1", "2"], **more})


@pytest.mark.parametrize("kind", FORMATS)
def test_each_format_is_written_changed_and_described(dataset: Dataset, kind: str) -> None:
    table: Any = {"database": dataset.database, "table": kind, "boto3_session": dataset.session}
    target = {"path": dataset.path, "dataset": True, "partition_cols": ["day"], **OPTIONS[kind], **table}
    write = getattr(wr.s3, f"to_{kind}")
    write(rows(), **target)
    write(rows(), mode="append", **target)
    write(rows(), mode="overwrite_partitions", **target)
    assert sorted(wr.catalog.get_partitions(**table).values()) == [["1"], ["2"]]
    with pytest.raises(wr.exceptions.InvalidArgumentValue, match="Schema change detected"):
        write(rows(score=[0.5, 1.0]), mode="append", schema_evolution=False, **target)
    write(rows(score=[0.5, 1.0]), mode="append", schema_evolution=True, catalog_versioning=True, **target)
    columns = {"track_id": "string", "count": "bigint", "score": "double", "day": "string"}
    assert wr.catalog.get_table_types(**table) == columns
    write(rows(), mode="overwrite", catalog_versioning=True, **target)
    assert "score" not in (wr.catalog.get_table_types(**table) or {})
    kept = [one["Table"]["StorageDescriptor"]["Columns"] for one in wr.catalog.get_table_versions(**table)]
    assert [len(one) for one in kept] == [2, 3, 2]


def test_a_dataset_is_bucketed_and_projected(dataset: Dataset) -> None:
    table: Any = {"database": dataset.database, "table": "t", "boto3_session": dataset.session}
    wr.s3.to_parquet(
        rows(),
        path=dataset.path,
        dataset=True,
        partition_cols=["day"],
        bucketing_info=(["Track Id"], 2),
        athena_partition_projection_settings={
            "projection_types": {"day": "integer"},
            "projection_ranges": {"day": "1,10"},
        },
        glue_table_settings={"columns_parameters": {"count": {"unit": "plays"}}},
        **table,
    )
    made = dataset.session.client("glue").get_table(DatabaseName=dataset.database, Name="t")["Table"]
    storage = made["StorageDescriptor"]
    assert (storage["BucketColumns"], storage["NumberOfBuckets"]) == (["track_id"], 2)
    parameters = wr.catalog.get_table_parameters(**table)
    assert (parameters["projection.enabled"], parameters["projection.day.range"]) == ("true", "1,10")
    assert wr.catalog.get_columns_parameters(**table)["count"] == {"unit": "plays"}


@pytest.mark.parametrize("kind", FORMATS)
def test_tables_and_partitions_of_each_format_are_made_by_hand(dataset: Dataset, kind: str) -> None:
    table: Any = {"database": dataset.database, "table": kind, "boto3_session": dataset.session}
    columns = {"a": "int", "b": "array<struct<x:int>>"}
    getattr(wr.catalog, f"create_{kind}_table")(
        path=dataset.path, columns_types=columns, partitions_types={"day": "date"}, **table
    )
    # More than fit into one request, some of them known already.
    days = [f"{day:%Y-%m-%d}" for day in pd.date_range("2024-01-01", periods=120)]
    values = {f"{dataset.path}day={day}/": [day] for day in days}
    add = getattr(wr.catalog, f"add_{kind}_partitions")
    add(partitions_values=dict(list(values.items())[:10]), **table)
    add(partitions_values=values, **table)
    assert wr.catalog.get_partitions(**table) == values
    late = wr.catalog.get_partitions(expression="day between '2024-04-28' and '2025-01-01'", **table)
    assert list(late.values()) == [["2024-04-28"], ["2024-04-29"]]
    wr.catalog.delete_partitions(partitions_values=[["2024-01-01"]], **table)
    assert len(wr.catalog.delete_all_partitions(**table)) == 119
    described = wr.catalog.table(**table)
    assert described[["Column Name", "Type", "Partition"]].to_numpy().tolist() == [
        ["a", "int", False],
        ["b", "array<struct<x:int>>", False],
        ["day", "date", True],
    ]


def test_tables_are_listed_by_parts_of_their_names(dataset: Dataset) -> None:
    session: Any = dataset.session
    where: Any = {"database": dataset.database}
    for name in ("plays_raw", "plays", "users_raw"):
        columns = {"a": "int"}
        wr.catalog.create_json_table(
            table=name, path=dataset.path, columns_types=columns, boto3_session=session, **where
        )

    def names(**query: Any) -> list[str]:
        return [one["Name"] for one in wr.catalog.get_tables(boto3_session=session, **where, **query)]

    assert names(name_prefix="plays") == ["plays", "plays_raw"]
    assert names(name_suffix="_raw") == ["plays_raw", "users_raw"]
    assert names(name_contains="s_r") == ["plays_raw", "users_raw"]
    listed = wr.catalog.tables(boto3_session=session, **where)
    assert listed["Table"].tolist() == ["plays", "plays_raw", "users_raw"]
    found = [one["Name"] for one in wr.catalog.get_databases(boto3_session=session)]
    assert dataset.database in found


def test_columns_and_parameters_are_changed(dataset: Dataset) -> None:
    where: Any = {"database": dataset.database, "table": "listens", "boto3_session": dataset.session}
    dataset.write(["1"], [1])
    wr.catalog.add_column(column_name="extra", column_type="int", column_comment="more", **where)
    wr.catalog.delete_column(column_name="track", **where)
    assert wr.catalog.get_table_types(**where) == {"count": "bigint", "extra": "int", "day": "string"}
    wr.catalog.overwrite_table_parameters(parameters={"only": "this"}, **where)
    assert wr.catalog.get_table_parameters(**where) == {"only": "this"}


def test_datasets_that_are_there_get_their_table(dataset: Dataset) -> None:
    dataset.write(["1", "2"], [1, 2])
    stored: Any = {"database": dataset.database, "table": "stored", "boto3_session": dataset.session}
    columns, keys, found = wr.s3.store_parquet_metadata(path=dataset.path, dataset=True, **stored)
    assert (columns, keys) == ({"track": "string", "count": "bigint"}, {"day": "string"})
    assert wr.catalog.get_parquet_partitions(**stored) == found
    read: Any = wr.s3.read_parquet_table(partition_filter=lambda one: one["day"] == "2", **stored)
    assert read["count"].tolist() == [2]


def test_a_connection_is_given(dataset: Dataset) -> None:
    properties = {"JDBC_CONNECTION_URL": "jdbc:postgresql://db:5432/plays", "USERNAME": "u", "PASSWORD": "p"}
    glue = dataset.session.client("glue")
    definition = {"Name": dataset.database, "ConnectionType": "JDBC", "ConnectionProperties": properties}
    glue.create_connection(ConnectionInput=definition)
    found = wr.catalog.get_connection(name=dataset.database, boto3_session=dataset.session)
    assert found["ConnectionProperties"] == properties


def test_every_function_that_asks_the_catalog_is_tried_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    tried = set(re.findall(r"wr\.catalog\.(\w+)\(", text))
    tried |= {name for kind in FORMATS for name in (f"create_{kind}_table", f"add_{kind}_partitions")}
    asking = {
        name
        for name, function in inspect.getmembers(wr.catalog, inspect.isfunction)
        if name[0] != "_" and "boto3_session" in inspect.signature(function).parameters
    }
    assert asking - tried == set()
