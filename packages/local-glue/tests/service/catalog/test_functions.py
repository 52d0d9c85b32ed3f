"""User-defined functions of the Data Catalog."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from glue_service.aws import refusal

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient


@pytest.fixture
def database(glue: GlueClient) -> str:
    name = f"db_{uuid.uuid4().hex[:12]}"
    glue.create_database(DatabaseInput={"Name": name})
    return name


def test_a_function_lives_from_create_to_delete(glue: GlueClient, database: str) -> None:
    where: Any = {"DatabaseName": database}
    jar: Any = {"ResourceType": "JAR", "Uri": "s3://b/plays.jar"}
    definition: Any = {"FunctionName": "Plays", "ClassName": "org.example.Plays", "ResourceUris": [jar]}
    glue.create_user_defined_function(**where, FunctionInput=definition)
    made = glue.get_user_defined_function(**where, FunctionName="PLAYS")["UserDefinedFunction"]
    assert {name: value for name, value in made.items() if name != "CreateTime"} == {
        **definition,
        **where,
        "FunctionName": "plays",
        "CatalogId": "000000000000",
    }
    assert refusal(glue.create_user_defined_function, **where, FunctionInput=definition)[0] == (
        "AlreadyExistsException"
    )
    glue.update_user_defined_function(**where, FunctionName="plays", FunctionInput={"ClassName": "New"})
    changed = glue.get_user_defined_function(**where, FunctionName="plays")["UserDefinedFunction"]
    assert (changed["ClassName"], changed["CreateTime"]) == ("New", made["CreateTime"])
    assert "ResourceUris" not in changed
    glue.delete_user_defined_function(**where, FunctionName="plays")
    not_found = ("EntityNotFoundException", "Function plays not found.")
    assert refusal(glue.get_user_defined_function, **where, FunctionName="plays") == not_found
    assert refusal(glue.delete_user_defined_function, **where, FunctionName="plays") == not_found


def test_functions_are_listed_by_pattern_type_and_database(glue: GlueClient, database: str) -> None:
    other = f"{database}_other"
    glue.create_database(DatabaseInput={"Name": other})
    prefix = f"f{uuid.uuid4().hex[:8]}"
    for where, name, kind in (
        (database, "a", "REGULAR_FUNCTION"),
        (database, "b", "AGGREGATE_FUNCTION"),
        (other, "c", "REGULAR_FUNCTION"),
    ):
        definition: Any = {"FunctionName": f"{prefix}_{name}", "FunctionType": kind}
        glue.create_user_defined_function(DatabaseName=where, FunctionInput=definition)

    def names(pattern: str, **query: Any) -> list[str]:
        pages = glue.get_paginator("get_user_defined_functions").paginate(
            Pattern=pattern, **query, PaginationConfig={"PageSize": 1}
        )
        return [one["FunctionName"][-1] for page in pages for one in page["UserDefinedFunctions"]]

    assert names("*", DatabaseName=database) == ["a", "b"]
    assert names(".*_[bc]", DatabaseName=database) == ["b"]
    assert names(f"{prefix}*") == ["a", "b", "c"]
    assert names(f"{prefix}*", FunctionType="REGULAR_FUNCTION") == ["a", "c"]
    glue.delete_database(Name=other)
    assert names(f"{prefix}*") == ["a", "b"]
    assert refusal(glue.get_user_defined_functions, Pattern="(")[0] == "InvalidInputException"
    assert refusal(glue.get_user_defined_functions, Pattern="*", DatabaseName=other) == (
        "EntityNotFoundException",
        f"Database {other} not found.",
    )
