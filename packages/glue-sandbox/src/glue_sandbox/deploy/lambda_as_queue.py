"""Where the emulator cannot run Lambda functions: an SQS queue takes the function's place in the stack.

LocalStack runs each function in a container of its own, for which it wants the engine's socket and an image
of AWS. Instead, S3 puts the same notification into a queue, and the container `events` calls the same handler
with it (compose/events/run_handler.py). The templates of infra/ stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glue_sandbox.deploy.templates import Template
from glue_sandbox.errors import SandboxError

FUNCTION, PERMISSION, BUCKET = "AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::S3::Bucket"


def with_queues(template: Template) -> Template:
    """The template with a queue for each function, and bucket notifications that go there."""
    resources = {name: _with_queue(body) for name, body in template["Resources"].items()}
    return {**template, "Resources": resources}


def handler_variables(template: Template, parameters: Mapping[str, str]) -> dict[str, str]:
    """What the process that calls the template's function needs in its environment; empty without one.

    Raises:
        SandboxError: the templates have more than one Lambda function.
    """
    functions = [body["Properties"] for body in template["Resources"].values() if body["Type"] == FUNCTION]
    if not functions:
        return {}
    if len(functions) > 1:
        raise SandboxError(
            "one Lambda function, which is what the container `events` calls",
            str(len(functions)),
            "EMULATOR=ministack make up, which runs any number of them",
        )

    (function,) = functions
    variables = function.get("Environment", {}).get("Variables", {})
    return {
        "QUEUE_NAME": _value(function["FunctionName"], parameters),
        "HANDLER": function["Handler"],
        **{name: _value(value, parameters) for name, value in variables.items()},
    }


def _with_queue(body: dict[str, Any]) -> dict[str, Any]:
    properties = body.get("Properties", {})
    if body["Type"] == FUNCTION:
        queue = {"QueueName": properties["FunctionName"], "VisibilityTimeout": properties.get("Timeout", 3)}
        kept = {name: body[name] for name in ("DependsOn",) if name in body}
        return {"Type": "AWS::SQS::Queue", "Properties": queue, **kept}
    if body["Type"] == PERMISSION:
        return {"Type": "AWS::SQS::QueuePolicy", "Properties": _queue_policy(properties)}
    if body["Type"] == BUCKET and "LambdaConfigurations" in properties.get("NotificationConfiguration", {}):
        notified = dict(properties["NotificationConfiguration"])
        notified["QueueConfigurations"] = [
            {"Queue" if name == "Function" else name: value for name, value in each.items()}
            for each in notified.pop("LambdaConfigurations")
        ]
        return {**body, "Properties": {**properties, "NotificationConfiguration": notified}}

    return body


def _queue_policy(permission: Mapping[str, Any]) -> dict[str, Any]:
    """Who may call the function -> who may write to the queue."""
    queue = permission["FunctionName"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": permission["Principal"]},
        "Action": "sqs:SendMessage",
        "Resource": {"Fn::GetAtt": [queue["Ref"], "Arn"]},
        "Condition": {"ArnLike": {"aws:SourceArn": permission["SourceArn"]}},
    }
    return {"Queues": [queue], "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}


def _value(value: Any, parameters: Mapping[str, str]) -> str:
    """A text, or the parameter that a Ref names."""
    if isinstance(value, dict):
        if set(value) != {"Ref"} or value["Ref"] not in parameters:
            raise SandboxError(
                "texts and parameters in the function's Environment",
                str(value),
                "give it by a parameter of infra/trigger.yaml, or EMULATOR=ministack make up",
            )
        return parameters[value["Ref"]]
    return str(value)
