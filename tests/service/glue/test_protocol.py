"""AWS JSON 1.1: what is wrong with a request is said by AWS's codes, in AWS's words."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from service.glue.support import ROLE, Stage

from local_service.model import operation_names, snake_case
from local_service.registry import coverage, coverage_by_group, handler

COMMAND = {"Name": "glueetl", "ScriptLocation": "s3://b/k"}


def post(stage: Stage, operation: str, body: bytes | dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Send a request as no SDK would."""
    answer = httpx.post(
        stage.url,
        content=body if isinstance(body, bytes) else json.dumps(body),
        headers={"X-Amz-Target": f"AWSGlue.{operation}", "Content-Type": "application/x-amz-json-1.1"},
    )
    assert answer.headers["x-amzn-requestid"]
    assert answer.headers["content-type"] == "application/x-amz-json-1.1"
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            {},
            "1 validation error detected: Value null at 'jobName' failed to satisfy constraint: "
            "Member must not be null",
        ),
        (
            {"JobName": ""},
            "1 validation error detected: Value '' at 'jobName' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1",
        ),
        (
            {"JobName": "x" * 256},
            f"1 validation error detected: Value '{'x' * 256}' at 'jobName' failed to satisfy constraint: "
            "Member must have length less than or equal to 255",
        ),
        (
            {"JobName": "a\u0007b"},
            "1 validation error detected: Value 'a\u0007b' at 'jobName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: "
            "[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*",
        ),
        (
            {"JobName": "x", "Jobname": "y"},
            "1 validation error detected: Value 'Jobname' at 'input' failed to satisfy constraint: "
            "Member must be one of: [JobName]",
        ),
    ],
)
def test_broken_constraints_are_worded_as_on_aws(stage: Stage, body: dict[str, Any], message: str) -> None:
    status, answer = post(stage, "GetJob", body)
    assert (status, answer) == (400, {"__type": "ValidationException", "Message": message})


def test_all_findings_come_at_once(stage: Stage) -> None:
    body = {"Name": "n", "Command": {**COMMAND, "PythonVersion": "4"}, "WorkerType": "XXL", "Timeout": 0}
    status, answer = post(stage, "CreateJob", body)
    assert status == 400
    assert answer["Message"].startswith("4 validation errors detected: Value null at 'role' failed")
    assert (
        "Value 'XXL' at 'workerType' failed to satisfy constraint: Member must satisfy enum value set: ["
        in (answer["Message"])
    )
    assert "Value '4' at 'command.pythonVersion' failed" in answer["Message"]
    assert (
        "Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater"
        in answer["Message"]
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "The request body is not JSON"),
        (b"[]", "Unexpected field type"),
        (b'{"Name": 1}', "NUMBER_VALUE can not be converted to a String"),
        (b'{"Name": ["a"]}', "Start of list found where not expected"),
        (b'{"Name": {"a": 1}}', "Start of structure or map found where not expected."),
        (b'{"Command": "glueetl"}', "Unexpected field type"),
        (b'{"Timeout": "5"}', "STRING_VALUE can not be converted to an Integer"),
        (b'{"Timeout": 5000000000}', "NUMBER_VALUE can not be converted to an Integer"),
        (b'{"Timeout": true}', "TRUE_VALUE can not be converted to an Integer"),
        (b'{"MaxCapacity": 1e999}', "NUMBER_VALUE can not be converted to a Double"),
        (b'{"MaxCapacity": NaN}', "The request body is not JSON"),
        (b'{"DefaultArguments": {"--a": 1}}', "NUMBER_VALUE can not be converted to a String"),
        (b"\xff\xfe", "The request body is not JSON"),
        (b"[" * 100_000, "The request body is not JSON"),
    ],
)
def test_values_of_the_wrong_type_are_refused(stage: Stage, body: bytes, message: str) -> None:
    status, answer = post(stage, "CreateJob", body)
    assert status == 400
    assert answer["__type"] == "SerializationException"
    assert answer["Message"].startswith(message)


def test_null_is_the_same_as_nothing(stage: Stage) -> None:
    body = {"Name": "null-is-nothing", "Role": ROLE, "Command": COMMAND, "Description": None, "Timeout": None}
    assert post(stage, "CreateJob", body) == (200, {"Name": "null-is-nothing"})


def test_nulls_inside_are_nothing_too_but_not_in_a_list(stage: Stage) -> None:
    post(stage, "CreateDatabase", {"DatabaseInput": {"Name": "nulls"}})
    table = {"Name": "t", "Parameters": {"a": None, "b": "c"}, "PartitionKeys": None}
    assert post(stage, "CreateTable", {"DatabaseName": "nulls", "TableInput": table}) == (200, {})
    _, answer = post(stage, "GetTable", {"DatabaseName": "nulls", "Name": "t"})
    assert (answer["Table"]["Parameters"], answer["Table"]["PartitionKeys"]) == ({"b": "c"}, [])
    status, answer = post(stage, "BatchGetJobs", {"JobNames": ["a", None]})
    assert (status, answer["Message"]) == (
        400,
        "1 validation error detected: Value null at 'jobNames.2.member' failed to satisfy constraint: "
        "Member must not be null",
    )


def test_an_operation_that_is_not_built_is_named(stage: Stage) -> None:
    status, answer = post(stage, "StartWorkflowRun", {"Name": "w"})
    assert (status, answer["__type"]) == (400, "UnknownOperationException")
    assert answer["Message"].startswith("StartWorkflowRun is not built into the local Glue service")
    assert "make glue-coverage" in answer["Message"]
    status, answer = post(stage, "NoSuchThing", {})
    assert (status, answer["Message"]) == (400, "Glue has no operation named NoSuchThing.")


def test_the_coverage_list_is_what_can_be_called() -> None:
    found = coverage()
    assert set(found.built) | set(found.missing) == operation_names()
    assert {"CreateJob", "StartJobRun", "StartCrawler", "GetTables"} <= set(found.built)
    for operation in found.built:
        assert handler(operation).__name__ == snake_case(operation)


def test_every_operation_is_in_one_group_of_the_coverage() -> None:
    groups = coverage_by_group().values()
    names = [name for group in groups for name in (*group.built, *group.missing)]
    assert sorted(names) == sorted(operation_names())


def test_times_are_numbers(stage: Stage) -> None:
    post(stage, "CreateJob", {"Name": "times", "Role": ROLE, "Command": COMMAND})
    _, answer = post(stage, "GetJob", {"JobName": "times"})
    assert isinstance(answer["Job"]["CreatedOn"], float)
