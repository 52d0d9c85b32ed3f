"""LocalStack's templates: a queue where the function was, and the same notification into it."""

from __future__ import annotations

import pytest
from checkout import ROOT

from glue_sandbox.deploy.emulator.lambda_as_queue import (
    function_environments,
    http_apis,
    require_one_http_api,
    with_queues,
)
from glue_sandbox.deploy.templates import load_template
from glue_sandbox.errors import SandboxError

TRIGGER = load_template(ROOT / "infra" / "trigger.yaml")
ALERTS = load_template(ROOT / "infra" / "alerts.yaml")
KPI_API = load_template(ROOT / "infra" / "kpi_api.yaml")
STORAGE = load_template(ROOT / "infra" / "storage.yaml")


def test_the_function_becomes_a_queue_of_its_name_that_waits_as_long_as_a_call_may_take() -> None:
    assert with_queues(TRIGGER)["Resources"]["TriggerFunction"] == {
        "Type": "AWS::SQS::Queue",
        "Properties": {"QueueName": {"Ref": "TriggerFunctionName"}, "VisibilityTimeout": 90},
        "DependsOn": "TriggerLogGroup",
    }


def test_who_may_call_the_function_may_write_to_the_queue() -> None:
    policy = with_queues(TRIGGER)["Resources"]["DataBucketMayInvoke"]
    assert policy["Type"] == "AWS::SQS::QueuePolicy"
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Resource"] == {"Fn::GetAtt": ["TriggerFunction", "Arn"]}
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}


def test_the_bucket_notifies_the_queue_with_the_same_event_and_filter() -> None:
    before = STORAGE["Resources"]["DataBucket"]["Properties"]["NotificationConfiguration"]
    after = with_queues(STORAGE)["Resources"]["DataBucket"]["Properties"]["NotificationConfiguration"]
    (function,) = before["LambdaConfigurations"]
    assert after == {
        "QueueConfigurations": [
            {"Event": function["Event"], "Queue": function["Function"], "Filter": function["Filter"]}
        ]
    }


def test_a_topic_calls_the_function_by_its_queue_and_tells_others_as_before() -> None:
    after = with_queues(ALERTS)["Resources"]
    assert after["KeepAlerts"]["Properties"] == {
        "TopicArn": {"Ref": "AlertTopic"},
        "Protocol": "sqs",
        "Endpoint": {"Fn::GetAtt": ["KeepAlertFunction", "Arn"]},
    }
    assert after["AlertEmailSubscription"] == ALERTS["Resources"]["AlertEmailSubscription"]


def test_nothing_else_changes() -> None:
    for template in (TRIGGER, STORAGE):
        after = with_queues(template)
        assert {**after, "Resources": {}} == {**template, "Resources": {}}
        kept = {n: r for n, r in template["Resources"].items() if r["Type"] not in CHANGED}
        assert kept.items() <= after["Resources"].items()


CHANGED = {"AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::S3::Bucket"}


def test_the_handler_gets_the_functions_own_variables() -> None:
    parameters = {
        "TriggerFunctionName": "starter",
        "DagId": "a_dag",
        "MwaaEnvironmentName": "",
        "AirflowApiUrl": "http://airflow",
        "AirflowUser": "admin",
        "AirflowPassword": "word",
    }
    (found,) = function_environments(TRIGGER, parameters)
    assert found == {
        "QUEUE_NAME": "starter",
        "HANDLER": "trigger_music_pipeline_dag.handler.handler",
        "DAG_ID": "a_dag",
        "MWAA_ENVIRONMENT": "",
        "AIRFLOW_API_URL": "http://airflow",
        "AIRFLOW_USER": "admin",
        "AIRFLOW_PASSWORD": "word",
    }
    assert function_environments(STORAGE, {}) == []


def test_the_handler_of_an_http_api_gets_a_port_instead_of_a_queue() -> None:
    parameters = {name: name for name in KPI_API["Parameters"]}
    (found,) = function_environments(KPI_API, parameters)
    assert (found["PORT"], found["HANDLER"]) == ("8080", "kpi_api.handler.handler")
    assert "QUEUE_NAME" not in found
    assert http_apis(KPI_API, parameters) == ["KpiApiName"]
    assert http_apis(TRIGGER, {}) == []


def test_one_http_api_is_what_the_container_answers_for() -> None:
    require_one_http_api(["one"])
    with pytest.raises(SandboxError, match="found one, two; next: EMULATOR=ministack make up"):
        require_one_http_api(["one", "two"])


def test_a_variable_that_only_cloudformation_can_work_out_is_named() -> None:
    function = {"FunctionName": "f", "Handler": "h", "Environment": {"Variables": {"A": {"Fn::Sub": "x"}}}}
    template = {"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": function}}}
    with pytest.raises(SandboxError, match="Fn::Sub"):
        function_environments(template, {})
