"""Databases, tables and partitions of the Data Catalog."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient


@pytest.fixture
def database(glue: GlueClient) -> str:
    name = f"db_{uuid.uuid4().hex[:12]}"
    glue.create_database(DatabaseInput={"Name": name, "Description": "for a test"})
    return name


@pytest.fixture
def table(glue: GlueClient, database: str) -> dict[str, Any]:
    """A table partitioned by day, as arguments of the partition operations."""
    keys: Any = [{"Name": "day", "Type": "string"}]
    glue.create_table(DatabaseName=database, TableInput={"Name": "listens", "PartitionKeys": keys})
    return {"DatabaseName": database, "TableName": "listens"}


def refusal(call: Any, **arguments: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error: Any = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_names_are_folded_to_lower_case(glue: GlueClient) -> None:
    name = f"MiXed_{uuid.uuid4().hex[:8]}"
    glue.create_database(DatabaseInput={"Name": name})
    assert glue.get_database(Name=name)["Database"]["Name"] == name.lower()
    glue.create_table(DatabaseName=name, TableInput={"Name": "TaBle"})
    assert glue.get_table(DatabaseName=name.lower(), Name="TABLE")["Table"]["Name"] == "table"


def test_a_database_is_there_once(glue: GlueClient, database: str) -> None:
    assert refusal(glue.create_database, DatabaseInput={"Name": database}) == (
        "AlreadyExistsException",
        "Database already exists.",
    )
    assert database in [found["Name"] for found in glue.get_databases()["DatabaseList"]]


def test_an_unknown_database_or_table_is_named(glue: GlueClient, database: str) -> None:
    not_found = "EntityNotFoundException"
    assert refusal(glue.get_database, Name="none") == (not_found, "Database none not found.")
    assert refusal(glue.get_table, DatabaseName="none", Name="t") == (not_found, "Database none not found.")
    assert refusal(glue.get_table, DatabaseName=database, Name="t") == (not_found, "Table t not found.")


def test_a_database_is_updated_and_deleted_with_its_tables(glue: GlueClient, table: dict[str, Any]) -> None:
    name = table["DatabaseName"]
    created = glue.get_database(Name=name)["Database"]["CreateTime"]
    glue.update_database(Name=name, DatabaseInput={"Name": name, "LocationUri": "s3://b/"})
    found = glue.get_database(Name=name)["Database"]
    assert (found["LocationUri"], found["CreateTime"]) == ("s3://b/", created)
    assert "Description" not in found
    glue.delete_database(Name=name)
    glue.create_database(DatabaseInput={"Name": name})
    assert glue.get_tables(DatabaseName=name)["TableList"] == []


def test_a_table_counts_its_versions(glue: GlueClient, table: dict[str, Any]) -> None:
    where = {"DatabaseName": table["DatabaseName"]}
    assert refusal(glue.create_table, **where, TableInput={"Name": "listens"})[1] == "Table already exists."
    assert glue.get_table(**where, Name="listens")["Table"]["VersionId"] == "0"
    glue.update_table(**where, TableInput={"Name": "listens", "Parameters": {"a": "b"}})
    found = glue.get_table(**where, Name="listens")["Table"]
    assert (found["VersionId"], found["Parameters"]) == ("1", {"a": "b"})
    glue.delete_table(**where, Name="listens")
    assert refusal(glue.delete_table, **where, Name="listens")[0] == "EntityNotFoundException"


def test_tables_are_listed_by_expression_and_in_pages(glue: GlueClient, database: str) -> None:
    for number in range(5):
        glue.create_table(DatabaseName=database, TableInput={"Name": f"t{number}"})
    pages = glue.get_paginator("get_tables").paginate(DatabaseName=database, PaginationConfig={"PageSize": 2})
    assert [[found["Name"] for found in page["TableList"]] for page in pages] == [
        ["t0", "t1"],
        ["t2", "t3"],
        ["t4"],
    ]
    some = glue.get_tables(DatabaseName=database, Expression="t[13]")["TableList"]
    assert [found["Name"] for found in some] == ["t1", "t3"]
    assert refusal(glue.get_tables, DatabaseName=database, Expression="(")[0] == "InvalidInputException"


def test_a_partition_lives_from_create_to_delete(glue: GlueClient, table: dict[str, Any]) -> None:
    day = ["2024-06-25"]
    glue.create_partition(**table, PartitionInput={"Values": day, "Parameters": {"n": "1"}})
    assert (
        refusal(glue.create_partition, **table, PartitionInput={"Values": day})[1]
        == "Partition already exists."
    )
    glue.update_partition(
        **table, PartitionValueList=day, PartitionInput={"Values": day, "Parameters": {"n": "2"}}
    )
    assert glue.get_partition(**table, PartitionValues=day)["Partition"]["Parameters"] == {"n": "2"}
    glue.delete_partition(**table, PartitionValues=day)
    assert refusal(glue.get_partition, **table, PartitionValues=day) == (
        "EntityNotFoundException",
        "Cannot find partition.",
    )


def test_a_partition_needs_a_value_per_key(glue: GlueClient, table: dict[str, Any]) -> None:
    code, message = refusal(glue.create_partition, **table, PartitionInput={"Values": ["a", "b"]})
    assert code == "InvalidInputException"
    assert "number of partition keys do not match" in message


def test_batches_tell_what_failed(glue: GlueClient, table: dict[str, Any]) -> None:
    inputs: Any = [{"Values": [f"2024-06-{day:02}"]} for day in range(1, 31)]
    assert glue.batch_create_partition(**table, PartitionInputList=inputs)["Errors"] == []
    errors = glue.batch_create_partition(**table, PartitionInputList=inputs[:1])["Errors"]
    assert errors[0]["PartitionValues"] == ["2024-06-01"]
    assert errors[0]["ErrorDetail"]["ErrorCode"] == "AlreadyExistsException"
    pages = glue.get_paginator("get_partitions").paginate(**table, PaginationConfig={"PageSize": 7})
    assert [found["Values"] for page in pages for found in page["Partitions"]] == [
        found["Values"] for found in inputs
    ]
    gone = glue.batch_delete_partition(
        **table, PartitionsToDelete=[{"Values": ["2024-06-01"]}, {"Values": ["x"]}]
    )
    assert [error["PartitionValues"] for error in gone["Errors"]] == [["x"]]
    assert len(glue.get_partitions(**table)["Partitions"]) == 29


def test_a_filter_expression_is_refused_rather_than_ignored(glue: GlueClient, table: dict[str, Any]) -> None:
    code, message = refusal(glue.get_partitions, **table, Expression="day = '2024-06-25'")
    assert code == "InvalidInputException"
    assert "not built into" in message
