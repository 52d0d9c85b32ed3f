"""What new objects start, in a project's template: functions, and who may call them.

A DAG is started by a function of our own, of which each event that names a DAG has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glue_sandbox.deploy.project.template_parts import (
    Resource,
    Resources,
    filled,
    logical_id,
    resource,
    role_arn,
)
from glue_sandbox.project.file import Project
from glue_sandbox.project.tables import LambdaFunction, S3Event

DAG_STARTER = "start_dag"
"""Under this name the code of our own function is uploaded."""


def event_resources(project: Project, values: Mapping[str, str]) -> Resources:
    """Return the functions, and the permission of each event's bucket to call one.

    Raises:
        SandboxError: a text of the project file names what `values` has not.
    """
    resources: Resources = {}
    for name, function in project.functions.items():
        resources[logical_id("Function", name)] = _function(name, function, values)
    for name, event in project.events.items():
        if event.dag:
            starter = starter_name(project, name)
            resources[logical_id("Function", starter)] = _starter(starter, event.dag, values)
        resources[logical_id("Permission", name)] = _permission(project, name, event, values)
    return resources


def notifications(project: Project, data_bucket: str, bucket: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Return a bucket's notifications, and the ids of the permissions that must be there before them."""
    events = {
        name: event for name, event in project.events.items() if (event.bucket or data_bucket) == bucket
    }
    configurations = [
        {
            "Event": "s3:ObjectCreated:*",
            "Function": {"Fn::GetAtt": [_function_id(project, name, event), "Arn"]},
            "Filter": {"S3Key": {"Rules": _rules(event)}},
        }
        for name, event in events.items()
    ]
    return configurations, [logical_id("Permission", name) for name in events]


def starter_name(project: Project, event: str) -> str:
    """Return the name of our own function for an event that starts a DAG."""
    return f"{project.name}-{DAG_STARTER}-{event}"


def _function_id(project: Project, name: str, event: S3Event) -> str:
    return logical_id("Function", event.function or starter_name(project, name))


def _rules(event: S3Event) -> list[dict[str, str]]:
    given = {"prefix": event.prefix, "suffix": event.suffix}
    return [{"Name": name, "Value": value} for name, value in given.items() if value]


def _function(name: str, function: LambdaFunction, values: Mapping[str, str]) -> Resource:
    environment = filled(function.environment, values, f"functions.{name}.environment")
    return resource(
        "AWS::Lambda::Function",
        {
            "FunctionName": name,
            "Handler": function.handler,
            "Runtime": function.runtime,
            "Timeout": function.timeout_seconds,
            "Role": role_arn(function.role),
            "Code": {"S3Bucket": values["artifact_bucket"], "S3Key": values[f"function_{name}"]},
            "Environment": {"Variables": environment},
        },
    )


def _starter(name: str, dag_id: str, values: Mapping[str, str]) -> Resource:
    environment = {
        "DAG_ID": dag_id,
        **{f"AIRFLOW_{each}": values[f"airflow_{each.lower()}"] for each in ("URL", "USER", "PASSWORD")},
    }
    return resource(
        "AWS::Lambda::Function",
        {
            "FunctionName": name,
            "Handler": f"{DAG_STARTER}.handler",
            "Runtime": "python3.13",
            "Timeout": 60,
            "Role": role_arn(None),
            "Code": {"S3Bucket": values["artifact_bucket"], "S3Key": values[f"function_{DAG_STARTER}"]},
            "Environment": {"Variables": environment},
        },
    )


def _permission(project: Project, name: str, event: S3Event, values: Mapping[str, str]) -> Resource:
    return resource(
        "AWS::Lambda::Permission",
        {
            "Action": "lambda:InvokeFunction",
            "FunctionName": {"Ref": _function_id(project, name, event)},
            "Principal": "s3.amazonaws.com",
            "SourceArn": f"arn:aws:s3:::{event.bucket or values['data_bucket']}",
        },
    )
