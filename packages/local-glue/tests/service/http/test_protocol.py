"""AWS JSON 1.1: what is wrong with a request is said by AWS's codes, in AWS's words."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from glue_service.aws import ROLE
from glue_service.service import GlueService

from local_glue.api.glue_api_model import operation_names, snake_case
from local_glue.api.registry import coverage, coverage_by_group, handler
from local_glue.http.protocol import authorization_of, operation_of, scope_of
from local_glue.store import Scope

COMMAND = {"Name": "glueetl", "ScriptLocation": "s3://b/k"}


def post(service: GlueService, operation: str, body: bytes | dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Send a request as no SDK would."""
    answer = httpx.post(
        service.url,
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
def test_broken_constraints_are_worded_as_on_aws(
    service: GlueService, body: dict[str, Any], message: str
) -> None:
    status, answer = post(service, "GetJob", body)
    assert (status, answer) == (400, {"__type": "ValidationException", "Message": message})


def test_all_findings_come_at_once(service: GlueService) -> None:
    body = {"Name": "n", "Command": {**COMMAND, "PythonVersion": "4"}, "WorkerType": "XXL", "Timeout": 0}
    status, answer = post(service, "CreateJob", body)
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


NOT_JSON = "The request body is not JSON"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", NOT_JSON),
        (b"", NOT_JSON),
        (b"null", "The request body is not a JSON object"),
        (b'{"Name": "a",}', NOT_JSON),
        (b"[]", "Start of list found where not expected"),
        (b'{"Name": 1}', "NUMBER_VALUE can not be converted to a String"),
        (b'{"Name": ["a"]}', "Start of list found where not expected"),
        (b'{"Name": {"a": 1}}', "Start of structure or map found where not expected."),
        (b'{"Command": "glueetl"}', "Expected null"),
        (b'{"Command": ["glueetl"]}', "Start of list found where not expected"),
        (
            b'{"SourceControlDetails": {"Provider": {}}}',
            "Start of structure or map found where not expected.",
        ),
        (b'{"Connections": {"Connections": "a"}}', "Expected list or null"),
        (b'{"DefaultArguments": "a"}', "Expected null"),
        (b'{"JobRunQueuingEnabled": "no"}', "STRING_VALUE can not be converted to an Boolean"),
        (b'{"JobRunQueuingEnabled": 0}', "NUMBER_VALUE can not be converted to a Boolean"),
        (b'{"Description": "\\ud800"}', "STRING_VALUE can not be converted to a String"),
        (b'{"Timeout": "5"}', "STRING_VALUE can not be converted to an Integer"),
        (b'{"Timeout": 5000000000}', "NUMBER_VALUE can not be converted to an Integer"),
        (b'{"Timeout": true}', "TRUE_VALUE can not be converted to an Integer"),
        (b'{"MaxCapacity": 1e999}', "NUMBER_VALUE can not be converted to a Double"),
        (b'{"MaxCapacity": NaN}', NOT_JSON),
        (b'{"DefaultArguments": {"--a": 1}}', "NUMBER_VALUE can not be converted to a String"),
        (b"\xff\xfe", NOT_JSON),
        (b"[" * 100_000, NOT_JSON),
        (b'{"Name": ' * 900 + b"1" + b"}" * 900, "The request body has more than 200 levels"),
    ],
)
def test_values_of_the_wrong_type_are_refused(service: GlueService, body: bytes, message: str) -> None:
    status, answer = post(service, "CreateJob", body)
    assert status == 400
    assert answer["__type"] == "SerializationException"
    if message == NOT_JSON:  # what follows are the words of Python's parser
        assert answer["Message"].startswith(f"{NOT_JSON}: ")
    else:
        assert answer["Message"] == message


LINE = "[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*"
NAME_RULES = (
    "[Member must have length less than or equal to 255, Member must have length greater than or equal to 1, "
    f"Member must satisfy regular expression pattern: {LINE}]"
)


@pytest.mark.parametrize(
    ("operation", "body", "message"),
    [
        (
            "BatchGetJobs",
            {"JobNames": ["a", ""]},
            "Value '[a, ]' at 'jobNames' failed to satisfy constraint: "
            f"Member must satisfy constraint: {NAME_RULES}",
        ),
        (
            "BatchDeletePartition",
            {"DatabaseName": "d", "TableName": "t", "PartitionsToDelete": [{"Values": ["a", "b"]}] * 26},
            f"Value '[{', '.join(['PartitionValueList(values=[a, b])'] * 26)}]' at 'partitionsToDelete' "
            "failed to satisfy constraint: Member must have length less than or equal to 25",
        ),
        (
            "CreateTable",
            {"DatabaseName": "d", "TableInput": {"Name": "t", "Parameters": {"": "b", "c": "d"}}},
            "Value '{=b, c=d}' at 'table.parameters' failed to satisfy constraint: "
            f"Map keys must satisfy constraint: {NAME_RULES}",
        ),
        (
            "TagResource",
            {"ResourceArn": "arn:aws:glue:us-east-1:000000000000:job/a", "TagsToAdd": {"a": "b" * 257}},
            f"Value '{{a={'b' * 257}}}' at 'tagsToAdd' failed to satisfy constraint: Map value must satisfy "
            "constraint: [Member must have length less than or equal to 256, "
            "Member must have length greater than or equal to 0]",
        ),
        (
            "CreateTable",
            {
                "DatabaseName": "d",
                "TableInput": {
                    "Name": "t",
                    "StorageDescriptor": {"Columns": [{"Name": "a", "Comment": "\n"}]},
                },
            },
            "Value '\n' at 'table.storageDescriptor.columns.1.member.comment' failed to satisfy constraint: "
            f"Member must satisfy regular expression pattern: {LINE}",
        ),
        (
            "CreateTable",
            {
                "DatabaseName": "d",
                "TableInput": {
                    "Name": "t",
                    "StorageDescriptor": {"Columns": [{"Name": "a", "Type": "x" * 131073}]},
                },
            },
            "Value at 'table.storageDescriptor.columns.1.member.type' failed to satisfy constraint: "
            "Member must have length less than or equal to 131072",
        ),
        (
            "UpdateDatabase",
            {"Name": "d", "DatabaseInput": {"Name": "d", "LocationUri": ""}},
            "Value '' at 'database.locationUri' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1",
        ),
        (
            "GetDatabases",
            {"MaxResults": 99_999_999_999},
            "Value '99999999999' at 'maxResults' failed to satisfy constraint: "
            "Member must have value less than or equal to 100",
        ),
    ],
)
def test_values_and_places_are_written_as_aws_writes_them(
    service: GlueService, operation: str, body: dict[str, Any], message: str
) -> None:
    status, answer = post(service, operation, body)
    assert (status, answer["__type"]) == (400, "ValidationException")
    assert answer["Message"] == f"1 validation error detected: {message}"


@pytest.mark.parametrize("when", ["yesterday", "2026-01-01T00:00:00Z", 1e300, True])
def test_a_time_that_no_client_could_read_back_is_refused(service: GlueService, when: Any) -> None:
    table = {"Name": "t", "LastAccessTime": when}
    status, answer = post(service, "CreateTable", {"DatabaseName": "d", "TableInput": table})
    assert (status, answer["__type"]) == (400, "SerializationException")
    assert answer["Message"].endswith("can not be converted to a Timestamp")


def test_bytes_are_base64_both_ways(service: GlueService) -> None:
    glue = service.aws("glue")
    where: Any = {"DatabaseName": "blobs", "TableName": "t"}
    columns = [{"Name": "c", "Type": "decimal(3,1)"}]
    glue.create_database(DatabaseInput={"Name": "blobs"})
    glue.create_table(
        DatabaseName="blobs", TableInput={"Name": "t", "StorageDescriptor": {"Columns": columns}}
    )
    low = {"UnscaledValue": b"\x00\xff\n", "Scale": 1}
    found = {"NumberOfNulls": 1, "NumberOfDistinctValues": 2, "MinimumValue": low}
    one = {"ColumnName": "c", "ColumnType": "decimal(3,1)", "AnalyzedTime": 1.5}
    data = {"Type": "DECIMAL", "DecimalColumnStatisticsData": found}
    glue.update_column_statistics_for_table(**where, ColumnStatisticsList=[{**one, "StatisticsData": data}])
    (kept,) = glue.get_column_statistics_for_table(**where, ColumnNames=["c"])["ColumnStatisticsList"]
    assert kept["StatisticsData"] == data
    found["MinimumValue"] = {"UnscaledValue": "no base64!", "Scale": 1}
    body = {**where, "ColumnStatisticsList": [{**one, "StatisticsData": data}]}
    status, answer = post(service, "UpdateColumnStatisticsForTable", body)
    assert (status, answer["Message"]) == (400, "STRING_VALUE can not be converted to a Blob")


def test_null_is_the_same_as_nothing(service: GlueService) -> None:
    body = {"Name": "null-is-nothing", "Role": ROLE, "Command": COMMAND, "Description": None, "Timeout": None}
    assert post(service, "CreateJob", body) == (200, {"Name": "null-is-nothing"})


def test_nulls_inside_are_nothing_too_but_not_in_a_list(service: GlueService) -> None:
    post(service, "CreateDatabase", {"DatabaseInput": {"Name": "nulls"}})
    table = {"Name": "t", "Parameters": {"a": None, "b": "c"}, "PartitionKeys": None}
    assert post(service, "CreateTable", {"DatabaseName": "nulls", "TableInput": table}) == (200, {})
    _, answer = post(service, "GetTable", {"DatabaseName": "nulls", "Name": "t"})
    assert (answer["Table"]["Parameters"], answer["Table"]["PartitionKeys"]) == ({"b": "c"}, [])
    status, answer = post(service, "BatchGetJobs", {"JobNames": ["a", None]})
    assert (status, answer["Message"]) == (
        400,
        "1 validation error detected: Value null at 'jobNames.2.member' failed to satisfy constraint: "
        "Member must not be null",
    )


def test_an_operation_that_is_not_built_is_named(service: GlueService) -> None:
    status, answer = post(service, "StartWorkflowRun", {"Name": "w"})
    assert (status, answer["__type"]) == (400, "UnknownOperationException")
    assert answer["Message"].startswith("StartWorkflowRun is not built into the local Glue service")
    assert "`local-glue coverage` lists them." in answer["Message"]
    status, answer = post(service, "NoSuchThing", {})
    assert (status, answer["Message"]) == (400, "Glue has no operation named NoSuchThing.")


NO_OPERATION = "The request names no operation of Glue: send a POST with X-Amz-Target: AWSGlue.<Operation>."
SIGNED = (
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"
)


@pytest.mark.parametrize(
    ("method", "headers", "message"),
    [
        ("POST", {"X-Amz-Target": "awsglue.GetJobs"}, "Glue has no operation named awsglue.GetJobs."),
        ("POST", {"X-Amz-Target": "AWSGlue.getjobs"}, "Glue has no operation named getjobs."),
        ("POST", {"X-Amz-Target": "AWSGlue"}, "Glue has no operation named AWSGlue."),
        ("GET", {"X-Amz-Target": "AWSGlue.GetJobs"}, NO_OPERATION),
        ("GET", {"Authorization": SIGNED.format("glue")}, NO_OPERATION),
    ],
)
def test_a_request_that_is_meant_for_glue_never_reaches_the_emulators_glue(
    service: GlueService, method: str, headers: dict[str, str], message: str
) -> None:
    answer = httpx.request(method, service.url, headers=headers, content=b"{}")
    assert (answer.status_code, answer.json()["__type"]) == (400, "UnknownOperationException")
    assert answer.json()["Message"] == message


@pytest.mark.parametrize(
    ("authorization", "region_set", "scope"),
    [
        ("Credential=AKID/20260101/eu-west-1/glue/aws4_request", "", "444455556666/eu-west-1"),
        ("Credential=123456789012/20260101/eu-west-1/glue/aws4_request", "", "123456789012/eu-west-1"),
        (
            "Credential=123456789012/20260101/glue/aws4_request",
            "eu-west-1,us-west-2",
            "123456789012/eu-west-1",
        ),
        ("Credential=123456789012/20260101/glue/aws4_request", "*", "123456789012/us-east-1"),
        ("Credential=123456789012/20260101/glue/aws4_request", "", "123456789012/us-east-1"),
        ("", "", "444455556666/us-east-1"),
    ],
)
def test_account_and_region_are_those_of_the_signature(
    authorization: str, region_set: str, scope: str
) -> None:
    headers = {b"authorization": f"AWS4-X {authorization}, SignedHeaders=host".encode()}
    headers |= {b"x-amz-region-set": region_set.encode()} if region_set else {}
    assert str(scope_of(authorization_of(headers), Scope("444455556666", "us-east-1"))) == scope
    assert operation_of(headers) == ("" if authorization else None)


def test_a_signature_for_another_service_is_passed_on(service: GlueService) -> None:
    answer = httpx.get(service.url, headers={"Authorization": SIGNED.format("s3")})
    assert (answer.status_code, b"ListAllMyBucketsResult" in answer.content) == (200, True)


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


def test_times_are_numbers(service: GlueService) -> None:
    post(service, "CreateJob", {"Name": "times", "Role": ROLE, "Command": COMMAND})
    _, answer = post(service, "GetJob", {"JobName": "times"})
    assert isinstance(answer["Job"]["CreatedOn"], float)
