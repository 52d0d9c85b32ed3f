"""Partition indexes of the Data Catalog's tables."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from glue_service.aws import refusal
from glue_service.waiting import wait_for

from local_glue.api.errors import EntityNotFoundException, ResourceNumberLimitExceededException
from local_glue.catalog.partitions.indexes import create, delete, indexes
from local_glue.catalog.tables.tables import put_table
from local_glue.store import Scope, Store

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

KEYS: Any = [{"Name": "year", "Type": "int"}, {"Name": "month", "Type": "string"}]


@pytest.fixture
def table(glue: GlueClient) -> dict[str, Any]:
    """A table partitioned by year and month, without an index."""
    where = {"DatabaseName": f"db_{uuid.uuid4().hex[:12]}", "TableName": "t"}
    glue.create_database(DatabaseInput={"Name": where["DatabaseName"]})
    glue.create_table(DatabaseName=where["DatabaseName"], TableInput={"Name": "t", "PartitionKeys": KEYS})
    return where


def states(glue: GlueClient, table: dict[str, Any]) -> dict[str, str]:
    found = glue.get_partition_indexes(**table)["PartitionIndexDescriptorList"]
    return {one["IndexName"]: one["IndexStatus"] for one in found}


def wait_until(glue: GlueClient, table: dict[str, Any], wanted: dict[str, str]) -> None:
    wait_for(f"indexes {wanted}", lambda: states(glue, table) == wanted)


def index(name: str, *keys: str) -> Any:
    return {"IndexName": name, "Keys": list(keys)}


def test_one_index_is_made_or_removed_at_a_time(tmp_path: Path) -> None:
    with Store(tmp_path / "state").transaction(Scope("0" * 12, "us-east-1")) as documents:
        one = put_table(documents, "db", {"Name": "t", "PartitionKeys": KEYS}, 0)

        def found(now: float) -> dict[str, str]:
            return {each["IndexName"]: each["IndexStatus"] for each in indexes(documents, one, now)}

        create(documents, one, [index("a", "Month", "year")], 0)
        assert found(0.9) == {"a": "CREATING"}
        with pytest.raises(ResourceNumberLimitExceededException) as caught:
            create(documents, one, [index("b", "year")], 0.9)
        assert str(caught.value) == (
            "Index a is in CREATING state. Only 1 index can be created or deleted simultaneously per table."
        )
        with pytest.raises(EntityNotFoundException):  # one in the making has no name yet
            delete(documents, one, "a", 0.9)
        assert found(1) == {"a": "ACTIVE"}
        create(documents, one, [index("b", "year")], 1)
        delete(documents, one, "b", 2)
        assert found(2.9) == {"a": "ACTIVE", "b": "DELETING"}
        with pytest.raises(ResourceNumberLimitExceededException, match="Index b is in DELETING state"):
            delete(documents, one, "a", 2.9)
        assert found(3) == {"a": "ACTIVE"}
        create(documents, one, [index("b", "month")], 3)


def test_an_index_is_made_and_removed(glue: GlueClient, table: dict[str, Any]) -> None:
    glue.create_partition_index(**table, PartitionIndex=index("by_month", "Month", "year"))
    wait_until(glue, table, {"by_month": "ACTIVE"})
    assert glue.get_partition_indexes(**table)["PartitionIndexDescriptorList"][0]["Keys"] == KEYS[::-1]
    glue.delete_partition_index(**table, IndexName="by_month")
    assert refusal(glue.delete_partition_index, **table, IndexName="by_month") == (
        "EntityNotFoundException",
        "Index with the given indexName : by_month does not exist.",
    )
    wait_until(glue, table, {})


def test_a_table_is_made_with_indexes_and_takes_them_along(glue: GlueClient, table: dict[str, Any]) -> None:
    where: Any = {"DatabaseName": table["DatabaseName"]}
    definition: Any = {"Name": "made", "PartitionKeys": KEYS}
    wanted = [index("a", "year"), index("b", "month")]
    glue.create_table(**where, TableInput=definition, PartitionIndexes=wanted)
    made = {**table, "TableName": "made"}
    assert set(states(glue, made)) == {"a", "b"}
    glue.delete_table(**where, Name="made")
    glue.create_table(**where, TableInput=definition)
    assert states(glue, made) == {}


def test_an_index_that_can_not_be_is_refused(glue: GlueClient, table: dict[str, Any]) -> None:
    where: Any = {"DatabaseName": table["DatabaseName"]}
    definition: Any = {"Name": "made", "PartitionKeys": KEYS}
    taken = "AlreadyExistsException"
    a, b = index("a", "year"), index("b", "month")
    for wanted, code, message in (
        (
            [index("x", "nope")],
            "InvalidInputException",
            "IndexKeys not a part of PartitionColumns. Verify the indexKeys : [nope]",
        ),
        ([a, index("a", "month")], taken, "Partition Index a already exists with the same name."),
        ([a, index("b", "year")], taken, "Partition Index a already exists with the same keys."),
        (
            [a, b, index("c", "year", "month"), index("d", "month", "year")],
            "ResourceNumberLimitExceededException",
            "Partition index limit exceeded. Maximum: 3",
        ),
    ):
        found = refusal(glue.create_table, **where, TableInput=definition, PartitionIndexes=wanted)
        assert found == (code, message)
    assert [one["Name"] for one in glue.get_tables(**where)["TableList"]] == ["t"]
    assert refusal(glue.get_partition_indexes, **where, TableName="none") == (
        "EntityNotFoundException",
        "Table none not found.",
    )
