"""awswrangler, unmodified: datasets in S3 whose tables and partitions are in the Data Catalog."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import awswrangler as wr
import boto3
import pandas as pd
import pytest
from service.glue.support import BUCKET, Stage


@pytest.fixture
def session(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    """awswrangler's clients find the front door by the variable that every SDK reads."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", stage.url)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    return boto3.Session(region_name="us-east-1")


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
