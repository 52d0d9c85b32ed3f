"""LocalStack's templates: a queue where the function was, and the same notification into it."""

from __future__ import annotations

import pytest
from checkout import ROOT

from glue_sandbox.deploy.lambda_as_queue import handler_variables, with_queues
from glue_sandbox.deploy.templates import load_template
from glue_sandbox.errors import SandboxError

TRIGGER = load_template(ROOT / "infra" / "trigger.yaml")
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
    assert handler_variables(TRIGGER, parameters) == {
        "QUEUE_NAME": "starter",
        "HANDLER": "trigger_music_pipeline_dag.handler.handler",
        "DAG_ID": "a_dag",
        "MWAA_ENVIRONMENT": "",
        "AIRFLOW_API_URL": "http://airflow",
        "AIRFLOW_USER": "admin",
        "AIRFLOW_PASSWORD": "word",
    }
    assert handler_variables(STORAGE, {}) == {}


def test_a_variable_that_only_cloudformation_can_work_out_is_named() -> None:
    function = {"FunctionName": "f", "Handler": "h", "Environment": {"Variables": {"A": {"Fn::Sub": "x"}}}}
    template = {"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": function}}}
    with pytest.raises(SandboxError, match="Fn::Sub"):
        handler_variables(template, {})
