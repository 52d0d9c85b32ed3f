"""Which permissions a call of Glue needs."""

from __future__ import annotations

from typing import Any

import pytest

from local_glue.api.glue_api_model import operation_names
from local_glue.api.permissions import Permission, permissions
from local_glue.store import Scope

SCOPE = Scope("000000000000", "eu-west-1")
GLUE = "arn:aws:glue:eu-west-1:000000000000"


@pytest.mark.parametrize(
    ("operation", "params", "resources"),
    [
        ("GetJob", {"JobName": "a"}, ["job/a"]),
        ("BatchGetJobs", {"JobNames": ["a", "b", "a"]}, ["job/a", "job/b"]),
        ("StartJobRun", {"JobName": "a", "JobRunId": "x"}, ["job/a"]),
        ("DeleteCrawler", {"Name": "c"}, ["crawler/c"]),
        ("UpdateCrawlerSchedule", {"CrawlerName": "c"}, ["crawler/c"]),
        ("CreateConnection", {"ConnectionInput": {"Name": "n"}}, ["catalog", "connection/n"]),
        ("CreateDatabase", {"DatabaseInput": {"Name": "d"}}, ["catalog", "database/d"]),
        ("GetDatabases", {}, ["catalog", "database/*"]),
        ("GetTables", {"DatabaseName": "d"}, ["catalog", "database/d", "table/d/*"]),
        (
            "CreateTable",
            {"DatabaseName": "d", "TableInput": {"Name": "t"}},
            ["catalog", "database/d", "table/d/t"],
        ),
        (
            "BatchDeleteTable",
            {"DatabaseName": "d", "TablesToDelete": ["t", "u"]},
            ["catalog", "database/d", "table/d/t", "table/d/u"],
        ),
        ("GetPartition", {"DatabaseName": "d", "TableName": "t"}, ["catalog", "database/d", "table/d/t"]),
        (
            "CreateUserDefinedFunction",
            {"DatabaseName": "d", "FunctionInput": {"FunctionName": "f"}},
            ["catalog", "database/d", "userDefinedFunction/d/f"],
        ),
    ],
)
def test_a_call_is_about_what_it_names_and_what_this_lies_in(
    operation: str, params: dict[str, Any], resources: list[str]
) -> None:
    asked = permissions(operation, params, SCOPE)
    assert asked == [Permission(f"glue:{operation}", f"{GLUE}:{path}") for path in resources]


def test_tags_are_about_the_resource_that_has_them() -> None:
    assert permissions("GetTags", {"ResourceArn": f"{GLUE}:job/a"}, SCOPE) == [
        Permission("glue:GetTags", f"{GLUE}:job/a")
    ]


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("CreateJob", {"Role": "service-role/r"}),
        ("UpdateJob", {"JobUpdate": {"Role": "arn:aws:iam::000000000000:role/service-role/r"}}),
        ("CreateCrawler", {"Role": "/service-role/r"}),
        ("UpdateCrawler", {"Role": "service-role/r"}),
        ("CreateSession", {"Role": "arn:aws:iam::000000000000:role/service-role/r"}),
    ],
)
def test_a_role_for_glue_is_passed_to_it(operation: str, params: dict[str, Any]) -> None:
    passing = permissions(operation, params, SCOPE)[-1]
    assert passing == Permission(
        "iam:PassRole",
        "arn:aws:iam::000000000000:role/service-role/r",
        {"iam:PassedToService": "glue.amazonaws.com"},
    )


@pytest.mark.parametrize("params", [{}, {"Name": 1, "JobUpdate": "x", "DatabaseName": ["d"], "Role": []}])
def test_every_operation_asks_for_itself_whatever_its_input(params: dict[str, Any]) -> None:
    for operation in [*operation_names(), "NoSuchOperation", ""]:
        asked = permissions(operation, params, SCOPE)
        assert {permission.action for permission in asked} == {f"glue:{operation}"}, operation
