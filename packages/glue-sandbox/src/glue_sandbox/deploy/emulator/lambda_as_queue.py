"""Where the emulator cannot run Lambda functions: an SQS queue takes the function's place in the stack.

LocalStack runs each function in a container of its own, for which it wants the engine's socket and an image
of AWS. Instead, S3 and SNS put the same notification into a queue, and the container `events` calls the same
handler with it (compose/events). An HTTP API, which its free edition has not, is not made at all: the same
container answers by its function's handler. The templates of infra/ stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from glue_sandbox.deploy.templates import Template
from glue_sandbox.errors import SandboxError

FUNCTION, PERMISSION, BUCKET = "AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::S3::Bucket"
SUBSCRIPTION, HTTP_API = "AWS::SNS::Subscription", "AWS::ApiGatewayV2::Api"
HTTP_PORT = "8080"


def no_functions_here(whose: str, found: str = "") -> SandboxError:
    """Return the refusal of what needs Lambda functions, where no container stands in for them."""
    return SandboxError(
        f"an emulator that runs Lambda functions, for {whose}",
        f"LocalStack in containers, which runs none here{found}",
        "EMULATOR=ministack make up, or MODE=embedded make up",
    )


def with_queues(template: Template) -> Template:
    """The template with a queue for each function, and notifications of buckets and topics that go there."""
    resources = {name: _with_queue(body) for name, body in template["Resources"].items()}
    return {**template, "Resources": resources}


def function_environments(template: Template, parameters: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the environment of each function of a template, as compose/events/run_functions.py takes it.

    Raises:
        SandboxError: a variable is one that only CloudFormation can work out.
    """
    bodies = template["Resources"].values()
    functions = [body["Properties"] for body in bodies if body["Type"] == FUNCTION]
    is_http = bool(http_apis(template, parameters))
    return [_environment(function, parameters, is_http=is_http) for function in functions]


def http_apis(template: Template, parameters: Mapping[str, str]) -> list[str]:
    """Return the names of a template's HTTP APIs."""
    bodies = template["Resources"].values()
    return [_value(body["Properties"]["Name"], parameters) for body in bodies if body["Type"] == HTTP_API]


def require_one_http_api(names: Sequence[str]) -> None:
    """Return where the templates have no more HTTP APIs than the container `events` answers for.

    Raises:
        SandboxError: they have.
    """
    if len(names) > 1:
        raise SandboxError(
            "one HTTP API, which is what the container `events` answers for",
            ", ".join(names),
            "EMULATOR=ministack make up, which has any number of them",
        )


def _environment(
    function: Mapping[str, Any], parameters: Mapping[str, str], *, is_http: bool
) -> dict[str, str]:
    name = _value(function["FunctionName"], parameters)
    variables = function.get("Environment", {}).get("Variables", {})
    return {
        **({"PORT": HTTP_PORT} if is_http else {"QUEUE_NAME": name}),
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
    if body["Type"] == SUBSCRIPTION and properties.get("Protocol") == "lambda":
        return {**body, "Properties": {**properties, "Protocol": "sqs"}}

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
                "give it by a parameter of the template, or EMULATOR=ministack make up",
            )
        return parameters[value["Ref"]]
    return str(value)
