"""Connections of the Data Catalog."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from glue_service.aws import refusal

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

URL = "jdbc:postgresql://db:5432/plays"
NETWORK: Any = {"SubnetId": "subnet-1", "SecurityGroupIdList": ["sg-1"]}


@pytest.fixture
def connection(glue: GlueClient) -> str:
    name = f"plays-{uuid.uuid4().hex[:12]}"
    glue.create_connection(ConnectionInput=definition(name), Tags={"team": "music"})
    return name


def definition(name: str, **more: Any) -> Any:
    properties = {"JDBC_CONNECTION_URL": URL, "USERNAME": "u", "PASSWORD": "p"}
    return {
        "Name": name,
        "ConnectionType": "JDBC",
        "ConnectionProperties": properties,
        "PhysicalConnectionRequirements": NETWORK,
        **more,
    }


def test_a_connection_lives_from_create_to_delete(glue: GlueClient, connection: str) -> None:
    made = glue.get_connection(Name=connection)["Connection"]
    assert {name: made.get(name) for name in definition(connection)} == definition(connection)
    assert (made["Status"], made["ConnectionSchemaVersion"]) == ("READY", 1)
    arn = f"arn:aws:glue:us-east-1:000000000000:connection/{connection}"
    assert glue.get_tags(ResourceArn=arn)["Tags"] == {"team": "music"}
    assert refusal(glue.create_connection, ConnectionInput=definition(connection)) == (
        "AlreadyExistsException",
        "Connection already exists.",
    )
    glue.update_connection(Name=connection, ConnectionInput=definition(connection, Description="new"))
    changed = glue.get_connection(Name=connection)["Connection"]
    assert (changed["Description"], changed["CreationTime"]) == ("new", made["CreationTime"])
    glue.delete_connection(ConnectionName=connection)
    not_found = ("EntityNotFoundException", f"Connection {connection} not found.")
    assert refusal(glue.get_connection, Name=connection) == not_found
    assert refusal(glue.delete_connection, ConnectionName=connection) == not_found
    glue.create_connection(ConnectionInput=definition(connection))
    assert glue.get_tags(ResourceArn=arn)["Tags"] == {}


def test_a_password_is_hidden_on_request(glue: GlueClient, connection: str) -> None:
    hidden = glue.get_connection(Name=connection, HidePassword=True)["Connection"]["ConnectionProperties"]
    assert hidden == {"JDBC_CONNECTION_URL": URL, "USERNAME": "u"}
    pages = glue.get_paginator("get_connections").paginate(HidePassword=True)
    found = [one["ConnectionProperties"] for page in pages for one in page["ConnectionList"]]
    assert hidden in found
    assert all("PASSWORD" not in properties for properties in found)


def test_connections_are_listed_by_type_and_criteria_and_deleted_together(glue: GlueClient) -> None:
    tag = uuid.uuid4().hex[:12]
    for name in ("b", "a"):
        glue.create_connection(ConnectionInput=definition(f"{tag}-{name}", MatchCriteria=[tag, name]))

    def names(**wanted: Any) -> list[str]:
        criteria: Any = {"MatchCriteria": [tag], **wanted}
        pages = glue.get_paginator("get_connections").paginate(
            Filter=criteria, PaginationConfig={"PageSize": 1}
        )
        return [one["Name"][-1] for page in pages for one in page["ConnectionList"]]

    assert names() == ["a", "b"]
    assert names(MatchCriteria=[tag, "b"]) == ["b"]
    assert names(ConnectionType="JDBC") == ["a", "b"]
    assert names(ConnectionType="KAFKA") == names(ConnectionSchemaVersion=2) == []
    gone = glue.batch_delete_connection(ConnectionNameList=[f"{tag}-a", f"{tag}-z"])
    assert gone["Succeeded"] == [f"{tag}-a"]
    assert {name: error["ErrorCode"] for name, error in gone["Errors"].items()} == {
        f"{tag}-z": "EntityNotFoundException"
    }
    assert names() == ["b"]


@pytest.mark.parametrize(
    "more",
    [
        {"ConnectionType": "SALESFORCE"},
        {"ValidateCredentials": True},
        {"AuthenticationConfiguration": {"AuthenticationType": "BASIC"}},
    ],
)
def test_a_connection_that_aws_would_log_in_for_is_refused(glue: GlueClient, more: dict[str, Any]) -> None:
    name = f"plays-{uuid.uuid4().hex[:12]}"
    code, _ = refusal(glue.create_connection, ConnectionInput=definition(name, **more))
    assert code == "InvalidInputException"
    assert refusal(glue.get_connection, Name=name)[0] == "EntityNotFoundException"
