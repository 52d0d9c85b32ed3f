"""Databases and tables of the Data Catalog that are links to others."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from glue_service.aws import refusal

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

STORAGE: Any = {"Columns": [{"Name": "track", "Type": "string"}], "Location": "s3://b/listens/"}
KEYS: Any = [{"Name": "day", "Type": "string"}]
ACCOUNT = "000000000000"


@pytest.fixture
def real(glue: GlueClient) -> str:
    """A database with a partitioned table `listens`."""
    name = f"real_{uuid.uuid4().hex[:12]}"
    glue.create_database(DatabaseInput={"Name": name, "LocationUri": "s3://b/real/"})
    definition: Any = {"Name": "listens", "PartitionKeys": KEYS, "StorageDescriptor": STORAGE}
    glue.create_table(DatabaseName=name, TableInput=definition)
    return name


@pytest.fixture
def link(glue: GlueClient, real: str) -> str:
    """A database that is a link to it."""
    name = real.replace("real", "link")
    target: Any = {"CatalogId": ACCOUNT, "DatabaseName": real}
    glue.create_database(DatabaseInput={"Name": name, "TargetDatabase": target})
    return name


@pytest.fixture
def views(glue: GlueClient, real: str) -> str:
    """A database with a table `plays` that is a link to `listens`, and one `none` to nothing."""
    name = real.replace("real", "views")
    glue.create_database(DatabaseInput={"Name": name})
    for table, target in (("plays", "Listens"), ("none", "gone")):
        there: Any = {"CatalogId": ACCOUNT, "DatabaseName": real, "Name": target}
        glue.create_table(DatabaseName=name, TableInput={"Name": table, "TargetTable": there})
    return name


def test_a_database_link_has_its_targets_tables(glue: GlueClient, real: str, link: str) -> None:
    found = glue.get_database(Name=link)["Database"]
    assert (found["Name"], found["LocationUri"]) == (link, "s3://b/real/")
    assert found["TargetDatabase"] == {"CatalogId": ACCOUNT, "DatabaseName": real}
    assert glue.get_table(DatabaseName=link, Name="listens")["Table"]["DatabaseName"] == real
    glue.create_table(DatabaseName=link, TableInput={"Name": "more"})
    assert [one["Name"] for one in glue.get_tables(DatabaseName=link)["TableList"]] == ["listens", "more"]
    assert [one["Name"] for one in glue.get_tables(DatabaseName=real)["TableList"]] == ["listens", "more"]
    glue.update_table(DatabaseName=link, TableInput={"Name": "more", "Description": "new"})
    assert glue.get_table(DatabaseName=real, Name="more")["Table"]["Description"] == "new"
    glue.delete_table(DatabaseName=link, Name="more")
    errors = glue.batch_delete_table(DatabaseName=link, TablesToDelete=["listens", "more"])["Errors"]
    assert [error["TableName"] for error in errors] == ["more"]
    assert glue.get_tables(DatabaseName=real)["TableList"] == []


def test_a_database_link_is_changed_through_and_deleted_alone(glue: GlueClient, real: str, link: str) -> None:
    glue.update_database(Name=link, DatabaseInput={"Name": link, "Description": "through"})
    assert glue.get_database(Name=real)["Database"]["Description"] == "through"
    assert "TargetDatabase" not in glue.get_database(Name=real)["Database"]
    glue.delete_database(Name=link)
    assert [one["Name"] for one in glue.get_tables(DatabaseName=real)["TableList"]] == ["listens"]


def test_a_table_link_shows_its_targets_schema_and_partitions(
    glue: GlueClient, real: str, views: str
) -> None:
    found = glue.get_table(DatabaseName=views, Name="plays")["Table"]
    assert (found["DatabaseName"], found["Name"]) == (views, "plays")
    assert found["TargetTable"]["Name"] == "Listens"
    assert found["StorageDescriptor"]["Columns"] == STORAGE["Columns"]
    assert found["PartitionKeys"] == KEYS
    plain, linked = glue.get_tables(DatabaseName=views)["TableList"]
    assert ("StorageDescriptor" in plain, linked) == (False, found)
    glue.create_partition(DatabaseName=views, TableName="plays", PartitionInput={"Values": ["1"]})
    partitions = glue.get_partitions(DatabaseName=real, TableName="listens", Expression="day = 1")
    assert [one["Values"] for one in partitions["Partitions"]] == [["1"]]
    glue.update_table(DatabaseName=views, TableInput={"Name": "plays", "Description": "new"})
    assert glue.get_table(DatabaseName=real, Name="listens")["Table"]["Description"] == "new"
    glue.delete_table(DatabaseName=views, Name="plays")
    assert glue.get_table(DatabaseName=real, Name="listens")["Table"]["Name"] == "listens"


def test_a_link_to_nothing_is_only_a_link(glue: GlueClient, views: str) -> None:
    found = glue.get_table(DatabaseName=views, Name="none")["Table"]
    assert (found["TargetTable"]["Name"], "StorageDescriptor" in found) == ("gone", False)
    assert refusal(glue.get_partitions, DatabaseName=views, TableName="none") == (
        "EntityNotFoundException",
        "Table gone not found.",
    )
    other: Any = {"CatalogId": "111122223333", "DatabaseName": views}
    glue.create_database(DatabaseInput={"Name": f"{views}_far", "TargetDatabase": other})
    assert refusal(glue.get_tables, DatabaseName=f"{views}_far") == (
        "EntityNotFoundException",
        f"Database {views} not found.",
    )


def test_a_link_is_not_made_or_changed_through_a_link(glue: GlueClient, real: str, link: str) -> None:
    target: Any = {"CatalogId": ACCOUNT, "DatabaseName": real, "Name": "listens"}
    definition: Any = {"Name": "again", "TargetTable": target}
    assert refusal(glue.create_table, DatabaseName=link, TableInput=definition)[0] == "InvalidInputException"
    glue.create_table(DatabaseName=real, TableInput=definition)
    code, _ = refusal(glue.update_table, DatabaseName=link, TableInput={"Name": "again"})
    assert code == "InvalidInputException"


def test_a_link_to_a_link_leads_nowhere(glue: GlueClient, link: str) -> None:
    target: Any = {"DatabaseName": link}
    glue.create_database(DatabaseInput={"Name": f"{link}_2", "TargetDatabase": target})
    assert refusal(glue.get_tables, DatabaseName=f"{link}_2") == (
        "EntityNotFoundException",
        f"Database {link} not found.",
    )


def test_a_link_names_its_target(glue: GlueClient, real: str) -> None:
    code = "InvalidInputException"
    nameless: Any = {"Name": f"{real}_x", "TargetDatabase": {"CatalogId": ACCOUNT}}
    assert refusal(glue.create_database, DatabaseInput=nameless) == (
        code,
        "TargetDatabase must have DatabaseName.",
    )
    table: Any = {"Name": "x", "TargetTable": {"CatalogId": ACCOUNT}}
    assert refusal(glue.create_table, DatabaseName=real, TableInput=table) == (
        code,
        "TargetTable must have DatabaseName and Name.",
    )
