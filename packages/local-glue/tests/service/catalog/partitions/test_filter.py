"""GetPartitions' Expression: rows of partition values in, the rows it chooses out."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_glue.api.errors import GlueError, InvalidInputException, InvalidStateException
from local_glue.catalog.partitions.filter import compile_filter

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

NULL = "__HIVE_DEFAULT_PARTITION__"
KEYS = [
    {"Name": "day", "Type": "date"},
    {"Name": "hour", "Type": "int"},
    {"Name": "genre", "Type": "string"},
]
ROWS = [
    ["2024-06-25", "2", "pop"],
    ["2024-06-25", "10", "rock"],
    ["2024-07-01", "2", "it's"],
    ["2024-07-01", "10", NULL],
]


def chosen(expression: str, keys: list[dict[str, str]] = KEYS, rows: list[list[str]] = ROWS) -> list[int]:
    """Give the numbers of the rows that an expression chooses."""
    matches = compile_filter(expression, keys)
    return [number for number, row in enumerate(rows) if matches(row)]


@pytest.mark.parametrize(
    ("expression", "rows"),
    [
        ("hour = 10", [1, 3]),
        ("hour = '10'", [1, 3]),
        ("hour > 2", [1, 3]),  # as numbers: as text, '10' would be the smaller
        ("hour >= 2 and hour < 10", [0, 2]),
        ("hour <> 2", [1, 3]),
        ("hour != 2", [1, 3]),
        ("10 > hour", [0, 2]),
        ("10 <= hour", [1, 3]),
        ("day = '2024-06-25'", [0, 1]),
        ("day > DATE '2024-06-30'", [2, 3]),
        ("day between '2024-06-26' and '2024-07-01'", [2, 3]),
        ("day NOT BETWEEN '2024-06-26' AND '2024-07-01'", [0, 1]),
        ("genre = 'it''s'", [2]),
        ("genre in ('pop', 'rock')", [0, 1]),
        ("genre not in ('pop', 'rock')", [2]),
        ("hour in (2)", [0, 2]),
        ("genre like '%o%'", [0, 1]),
        ("genre like '_op'", [0]),
        ("genre like 'o'", []),
        ("genre not like '%o%'", [2]),
        ("genre is null", [3]),
        ("genre is not null", [0, 1, 2]),
        ("genre <> 'pop'", [1, 2]),  # NULL is neither
        ("NOT genre = 'pop'", [1, 2]),
        ("NOT (genre = 'pop' OR hour = 10)", [2]),
        ("genre = 'pop' or hour = 10 and day = '2024-07-01'", [0, 3]),  # AND binds closer
        ("(genre = 'pop' or hour = 10) and day = '2024-07-01'", [3]),
        ("((hour)=2)", [0, 2]),
        ("((hour)) > (2) and (day) between ('2024-06-26') and (('2024-07-01'))", [3]),
        ("((10) > hour)", [0, 2]),
        ("((day) > (DATE '2024-06-30'))", [2, 3]),
        ("(genre) in (('pop'), 'rock') and not ((hour) = 10)", [0]),
        ("\"day\" = '2024-06-25' AND `HOUR` = 2", [0]),
        ("\n day\t=\n'2024-06-25'and hour=2 ", [0]),
    ],
)
def test_an_expression_chooses_partitions(expression: str, rows: list[int]) -> None:
    assert chosen(expression) == rows


@pytest.mark.parametrize(
    ("type_name", "values", "expression", "rows"),
    [
        ("string", ["9", "10"], "k > '10'", [0]),
        ("string", ["9", "10"], "k = 10", [1]),
        ("varchar(10)", ["a", "b"], "k = 'a'", [0]),
        ("tinyint", ["-1", "1"], "k < 0", [0]),
        ("smallint", ["07", "8"], "k = 7", [0]),
        ("bigint", ["3000000000", "1"], "k = 3000000000", [0]),
        ("decimal(10,2)", ["1.50", "1.49"], "k = 1.5", [0]),
        (
            "timestamp",
            ["2024-06-25 01:02:03", "2024-06-25 01:02:03.000000001"],
            "k > '2024-06-25 01:02:03'",
            [1],
        ),
    ],
)
def test_the_type_of_the_key_decides(
    type_name: str, values: list[str], expression: str, rows: list[int]
) -> None:
    assert chosen(expression, [{"Name": "k", "Type": type_name}], [[value] for value in values]) == rows


@pytest.mark.parametrize(
    ("expression", "error", "message"),
    [
        ("day", InvalidInputException, "Unsupported expression 'day'"),
        ("day =", InvalidInputException, "Unsupported expression 'day ='"),
        ("hour = 2 hour = 3", InvalidInputException, "Unsupported expression 'hour = 2 hour = 3'"),
        ("((hour) = 2", InvalidInputException, "Unsupported expression '((hour) = 2'"),
        ("(hour) (= 2)", InvalidInputException, "Unsupported expression '(hour) (= 2)'"),
        ("()", InvalidInputException, "Unsupported expression '()'"),
        ("(hour)", InvalidInputException, "Unsupported expression '(hour)'"),
        ("day > 2024-06-30", InvalidInputException, "Invalid partition expression!"),
        ("(hour = 2", InvalidInputException, "Unsupported expression '(hour = 2'"),
        ("hour == 2", InvalidInputException, "Unsupported expression 'hour == 2'"),
        ("hour = 'open", InvalidInputException, "Unsupported expression 'hour = 'open'"),
        ("hour = 2; drop", InvalidInputException, "Unsupported expression 'hour = 2; drop'"),
        ("genre in ()", InvalidInputException, "Unsupported expression 'genre in ()'"),
        ("(" * 3000, InvalidInputException, f"Unsupported expression '{'(' * 3000}'"),
        ("city = 'x'", InvalidInputException, "Invalid partition expression!"),
        ("hour = 'x'", InvalidInputException, 'For input string: "x" is not an integer.'),
        ("day = 'x'", InvalidInputException, "x is not a date."),
        ("hour like '1%'", InvalidInputException, "Integral data type doesn't support operation 'LIKE'"),
        ("day like '2024%'", InvalidInputException, "Date data type doesn't support operation 'LIKE'"),
    ],
)
def test_a_wrong_expression_is_refused(expression: str, error: type[GlueError], message: str) -> None:
    with pytest.raises(error) as caught:
        chosen(expression)
    assert str(caught.value) == message


def test_a_stored_value_that_is_not_of_its_key_is_an_invalid_state() -> None:
    with pytest.raises(InvalidStateException, match=r'"noon" is not an integer\.'):
        chosen("hour = 2", rows=[["2024-06-25", "noon", "pop"]])


def test_a_key_of_a_type_without_order_is_refused() -> None:
    with pytest.raises(InvalidInputException, match="Unknown type : 'boolean'"):
        chosen("k = 'true'", [{"Name": "k", "Type": "boolean"}], [])


@pytest.fixture
def table(glue: GlueClient) -> dict[str, Any]:
    """A table with a partition for each of 30 days and 2 hours."""
    database = f"db_{uuid.uuid4().hex[:12]}"
    keys: Any = [{"Name": "day", "Type": "string"}, {"Name": "hour", "Type": "int"}]
    glue.create_database(DatabaseInput={"Name": database})
    glue.create_table(DatabaseName=database, TableInput={"Name": "t", "PartitionKeys": keys})
    inputs: Any = [{"Values": [f"2024-06-{day:02}", hour]} for day in range(1, 31) for hour in ("2", "10")]
    glue.batch_create_partition(DatabaseName=database, TableName="t", PartitionInputList=inputs)
    return {"DatabaseName": database, "TableName": "t"}


def values(glue: GlueClient, table: dict[str, Any], **more: Any) -> list[list[str]]:
    pages = glue.get_paginator("get_partitions").paginate(**table, **more, PaginationConfig={"PageSize": 7})
    return [partition["Values"] for page in pages for partition in page["Partitions"]]


def test_the_api_filters_over_all_pages(glue: GlueClient, table: dict[str, Any]) -> None:
    found = values(glue, table, Expression="day >= '2024-06-11' AND hour > 2")
    assert found == [[f"2024-06-{day}", "10"] for day in range(11, 31)]
    assert len(values(glue, table, Expression=" ")) == 60


def test_segments_hold_each_partition_once(glue: GlueClient, table: dict[str, Any]) -> None:
    parts = [values(glue, table, Segment={"SegmentNumber": n, "TotalSegments": 3}) for n in range(3)]
    assert all(parts)
    assert sorted(one for part in parts for one in part) == sorted(values(glue, table))
    with pytest.raises(ClientError, match="InvalidInputException"):
        glue.get_partitions(**table, Segment={"SegmentNumber": 3, "TotalSegments": 3})
