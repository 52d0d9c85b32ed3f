"""Glue resources of a template -> calls of Glue's API, checked against botocore's model of it."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.validate import validate_parameters

from sandbox.cloudformation_glue import Applied, apply_glue
from sandbox.cloudformation_split import GlueResource
from sandbox.errors import SandboxError
from sandbox.glue_requests import convert


class FakeGlue:
    """Glue's API as far as definitions go; a request that AWS's model forbids fails as with boto3."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.client._make_api_call = self._call
        self.there: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []

    def _call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        validate_parameters(request, self.client.meta.service_model.operation_model(operation).input_shape)
        database = request.get("DatabaseInput", {})
        name = request.get("JobName") or request.get("Name") or database["Name"]
        if operation.startswith("Get"):
            if name not in self.there:
                raise ClientError({"Error": {"Code": "EntityNotFoundException"}}, operation)
            return {}
        self.calls.append(f"{operation} {name}")
        if operation.startswith("Delete"):
            del self.there[name]
        else:
            self.there[name] = request
        return {}


@pytest.fixture(scope="module")
def client() -> Any:
    return boto3.client("glue", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


@pytest.fixture
def glue(client: Any) -> FakeGlue:
    return FakeGlue(client)


def job(name: str = "a_job", **properties: Any) -> GlueResource:
    body = {"Name": name, "Role": "arn:r", "Command": {"Name": "glueetl", "PythonVersion": 3}, **properties}
    return GlueResource("Job", "AWS::Glue::Job", body)


DATABASE = GlueResource("Db", "AWS::Glue::Database", {"DatabaseInput": {"Name": "music"}})
CRAWLER = GlueResource(
    "Crawler",
    "AWS::Glue::Crawler",
    {
        "Name": "c",
        "Role": "arn:r",
        "DatabaseName": "music",
        "Targets": {"S3Targets": [{"Path": "s3://b/"}]},
        "Schedule": {"ScheduleExpression": "cron(0 1 * * ? *)"},
    },
)


def test_what_is_not_there_is_created_the_database_before_its_crawler(glue: FakeGlue) -> None:
    result = apply_glue(glue.client, [CRAWLER, job(), DATABASE], [])
    assert glue.calls == ["CreateDatabase music", "CreateJob a_job", "CreateCrawler c"]
    assert result.changed == ("music", "a_job", "c")
    assert glue.there["c"]["Schedule"] == "cron(0 1 * * ? *)"


def test_what_has_not_changed_is_left_alone(glue: FakeGlue) -> None:
    first = apply_glue(glue.client, [job(), DATABASE, CRAWLER], [])
    glue.calls.clear()
    assert apply_glue(glue.client, [job(), DATABASE, CRAWLER], first.applied).changed == ()
    assert glue.calls == []


def test_what_has_changed_is_updated(glue: FakeGlue) -> None:
    first = apply_glue(glue.client, [job(), DATABASE, CRAWLER], [])
    glue.calls.clear()
    again = apply_glue(glue.client, [job(Timeout="7"), DATABASE, CRAWLER], first.applied)
    assert glue.calls == ["UpdateJob a_job"]
    assert glue.there["a_job"]["JobUpdate"]["Timeout"] == 7
    assert again.changed == ("a_job",)


def test_what_was_lost_is_created_again(glue: FakeGlue) -> None:
    first = apply_glue(glue.client, [job()], [])
    glue.there.clear()
    assert apply_glue(glue.client, [job()], first.applied).changed == ("a_job",)
    assert glue.calls == ["CreateJob a_job", "CreateJob a_job"]


def test_what_left_the_template_is_deleted(glue: FakeGlue) -> None:
    first = apply_glue(glue.client, [job("old"), job("kept")], [])
    glue.calls.clear()
    assert apply_glue(glue.client, [job("kept")], first.applied).changed == ("old",)
    assert glue.calls == ["DeleteJob old"]


def test_what_somebody_else_made_is_not_deleted(glue: FakeGlue) -> None:
    glue.there["mine"] = {}
    apply_glue(glue.client, [job()], [Applied(type="AWS::Glue::Job", name="gone_already", digest="")])
    assert glue.calls == ["CreateJob a_job"]


def test_an_unknown_type_is_refused_before_anything_is_applied(glue: FakeGlue) -> None:
    trigger = GlueResource("T", "AWS::Glue::Trigger", {"Name": "t"})
    with pytest.raises(SandboxError, match="found AWS::Glue::Trigger"):
        apply_glue(glue.client, [job(), trigger], [])
    assert glue.calls == []


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"MaxCapacity": "0.0625"}, {"MaxCapacity": 0.0625}),
        ({"Timeout": "30"}, {"Timeout": 30}),
        ({"GlueVersion": 5.1}, {"GlueVersion": "5.1"}),
        ({"JobRunQueuingEnabled": "true"}, {"JobRunQueuingEnabled": True}),
        ({"DefaultArguments": {"--yes": True}}, {"DefaultArguments": {"--yes": "true"}}),
        ({"DefaultArguments": {"--n": 3}}, {"DefaultArguments": {"--n": "3"}}),
    ],
    ids=lambda value: next(iter(value)),
)
def test_text_takes_the_type_that_glue_wants(
    glue: FakeGlue, given: dict[str, Any], wanted: dict[str, Any]
) -> None:
    assert convert(given, _create_job(glue), "CreateJob") == wanted


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"Timeout": "soon"}, "expected integer in CreateJob.Timeout; found 'soon'"),
        ({"TimeOut": 3}, "found 'TimeOut'"),
        ({"Command": "glueetl"}, "expected an object in CreateJob.Command; found 'glueetl'"),
        ({"Timeout": [3]}, "expected one integer in CreateJob.Timeout"),
    ],
    ids=["not a number", "unknown property", "not an object", "a list"],
)
def test_what_glue_would_not_take_is_named(glue: FakeGlue, given: dict[str, Any], message: str) -> None:
    with pytest.raises(SandboxError) as refused:
        convert(given, _create_job(glue), "CreateJob")
    assert message in str(refused.value)


def _create_job(glue: FakeGlue) -> Any:
    return glue.client.meta.service_model.operation_model("CreateJob").input_shape
