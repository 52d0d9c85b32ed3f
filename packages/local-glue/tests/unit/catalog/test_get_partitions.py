"""GetPartitions: pages of what a filter leaves, and nothing else is read for them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from glue_service.in_process import client_of

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.keys import PARTITION
from local_glue.http.app import App
from local_glue.operations.get_partitions import get_partitions
from local_glue.store import Documents, Scope

TABLE: Any = {"DatabaseName": "db", "TableName": "days"}
KEYS: Any = [{"Name": "day", "Type": "int"}, {"Name": "genre", "Type": "string"}]
DAYS = 25
SCOPE = Scope("000000000000", "us-east-1")


@dataclass
class WatchedDocuments(Documents):
    """Documents that count the partitions which are read whole."""

    read: int = 0
    kinds_read_as_a_whole: list[str] = field(default_factory=list)

    def get(self, kind: str, name: str) -> Json | None:
        self.read += kind == PARTITION
        return super().get(kind, name)

    def all(self, kind: str, parent: str = "") -> list[Json]:
        self.kinds_read_as_a_whole.append(kind)
        return super().all(kind, parent)


@pytest.fixture
def glue(app: App) -> Any:
    """A table of 25 days of jazz, made from the last one to the first."""
    glue = client_of(app)
    glue.create_database(DatabaseInput={"Name": "db"})
    glue.create_table(DatabaseName="db", TableInput={"Name": "days", "PartitionKeys": KEYS})
    days: Any = [{"Values": [str(day), "jazz"]} for day in reversed(range(DAYS))]
    glue.batch_create_partition(**TABLE, PartitionInputList=days)
    return glue


@pytest.fixture
def watched(app: App, glue: Any) -> Iterator[tuple[RequestContext, WatchedDocuments]]:
    with closing(sqlite3.connect(app.settings.database)) as connection:
        documents = WatchedDocuments(SCOPE, connection)
        yield RequestContext(documents, 0.0, app.runs, app.crawls, app.sessions), documents


def days_of(page: Any) -> list[int]:
    return [int(partition["Values"][0]) for partition in page["Partitions"]]


@pytest.mark.parametrize(
    ("expression", "size", "expected"),
    [
        ("", 10, [10, 10, 5]),
        ("day < 12", 5, [5, 5, 2]),
        ("day < 10 AND genre = 'jazz'", 5, [5, 5]),
        ("genre = 'rock'", 5, [0]),
    ],
)
def test_pages_hold_what_the_filter_leaves_each_partition_once(
    glue: Any, expression: str, size: int, expected: list[int]
) -> None:
    pages = glue.get_paginator("get_partitions").paginate(
        **TABLE, Expression=expression, PaginationConfig={"PageSize": size}
    )
    found = [days_of(page) for page in pages]
    assert [len(page) for page in found] == expected
    assert sorted(day for page in found for day in page) == list(range(sum(expected)))


@pytest.mark.parametrize(("expression", "on_page"), [("", 10), ("day = 7", 1), ("day > 99", 0)])
def test_only_the_partitions_of_the_page_are_read(
    watched: tuple[RequestContext, WatchedDocuments], expression: str, on_page: int
) -> None:
    context, documents = watched
    found = get_partitions(context, {**TABLE, "Expression": expression, "MaxResults": 10})
    assert len(found["Partitions"]) == documents.read == on_page
    assert PARTITION not in documents.kinds_read_as_a_whole


def test_partitions_that_come_and_go_between_pages_shift_no_other(glue: Any) -> None:
    first = glue.get_partitions(**TABLE, MaxResults=10)
    last = first["Partitions"][-1]["Values"]
    glue.delete_partition(**TABLE, PartitionValues=last)
    glue.delete_partition(**TABLE, PartitionValues=first["Partitions"][0]["Values"])
    glue.create_partition(**TABLE, PartitionInput={"Values": ["0", "ambient"]})

    rest = glue.get_partitions(**TABLE, NextToken=first["NextToken"])
    assert sorted(days_of(first) + days_of(rest)) == list(range(DAYS))
