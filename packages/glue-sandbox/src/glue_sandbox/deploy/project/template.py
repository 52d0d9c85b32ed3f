"""The resources that the project file describes, as one CloudFormation template: data in, data out.

It is deployed as the templates of other projects are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from glue_sandbox.deploy.project.events import event_resources, notifications
from glue_sandbox.deploy.project.glue_resources import glue_resources
from glue_sandbox.deploy.project.template_parts import Resource, Resources, logical_id, resource
from glue_sandbox.deploy.templates import Template
from glue_sandbox.project.file import Project
from glue_sandbox.project.tables import DynamoTable

ANYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
SERVICES = ["glue.amazonaws.com", "lambda.amazonaws.com"]


def project_template(project: Project, values: Mapping[str, str]) -> Template:
    """Return the template; `values` are what texts of the project file may name in braces.

    Raises:
        SandboxError: a text names something else.
    """
    resources: Resources = {}
    for name in ("", *project.roles):
        resources[logical_id("Role", name)] = _role(project, name)
    resources |= event_resources(project, values)

    for bucket in (values["data_bucket"], *project.buckets.others):
        resources[logical_id("Bucket", bucket)] = _bucket(project, values["data_bucket"], bucket)
    for name, table in project.tables.items():
        resources[logical_id("Table", name)] = _table(name, table)
    for name in project.topics:
        resources[logical_id("Topic", name)] = resource("AWS::SNS::Topic", {"TopicName": name})

    return {"Resources": resources | glue_resources(project, values)}


def _bucket(project: Project, data_bucket: str, name: str) -> Resource:
    """A bucket, which is made after the functions that it is to call."""
    configurations, permissions = notifications(project, data_bucket, name)
    properties: dict[str, Any] = {"BucketName": name}
    if not configurations:
        return resource("AWS::S3::Bucket", properties)
    properties["NotificationConfiguration"] = {"LambdaConfigurations": configurations}
    return {**resource("AWS::S3::Bucket", properties), "DependsOn": permissions}


def _role(project: Project, name: str) -> Resource:
    """A role; the one without a name may do anything, as nothing says what it needs."""
    known = project.roles.get(name)
    policy = json.loads((project.root / known.policy).read_text(encoding="utf-8")) if known else ANYTHING
    trust = {"Effect": "Allow", "Principal": {"Service": SERVICES}, "Action": "sts:AssumeRole"}
    return resource(
        "AWS::IAM::Role",
        {
            "RoleName": name if known else f"{project.name}-anything",
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [{"PolicyName": "work", "PolicyDocument": policy}],
        },
    )


def _table(name: str, table: DynamoTable) -> Resource:
    properties: dict[str, Any] = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": key, "AttributeType": "N" if key in table.numbers else "S"}
            for key in table.keys
        ],
        "KeySchema": _key_schema(table.partition, table.sort),
    }
    if table.indexes:
        properties["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index_name,
                "KeySchema": _key_schema(index.partition, index.sort),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index_name, index in table.indexes.items()
        ]
    return resource("AWS::DynamoDB::Table", properties)


def _key_schema(partition: str, sort: str | None) -> list[dict[str, str]]:
    keys = [{"AttributeName": partition, "KeyType": "HASH"}]
    return [*keys, {"AttributeName": sort, "KeyType": "RANGE"}] if sort else keys
