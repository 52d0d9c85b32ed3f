"""The role that a workflow promotes with: who may take it, and what it may do, which the docs list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest
from deliveries import ROOT

from glue_sandbox.deploy.templates import Template, load_template
from glue_sandbox.permissions.actions import exists, takes_names
from glue_sandbox.permissions.project_roles import project_roles
from glue_sandbox.project.file import load_project
from glue_sandbox.settings import load_settings

PROJECT = load_project(ROOT / "sandbox.toml")
NAMES = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::AccountId": "111122223333",
    "GitHubRepository": "acme/music-streams",
    "GitHubEnvironment": "dev",
    "StackPrefix": "acme-dev",
    "NamePrefix": "dev_",
    "DataBucketName": "acme-music-dev",
    "ArchiveBucketName": "acme-music-dev-archive",
    "ArtifactBucketName": "acme-music-dev-artifacts",
    "AirflowBucketName": "acme-mwaa-dev",
    "AirflowEnvironmentName": "music-streams",
    "AirflowRoleName": "music-streams-airflow",
}
LIMIT = 10_240  # characters of all policies that are written into a role, without spaces
GITHUB = "token.actions.githubusercontent.com"
MAKES = {
    "AWS::S3::Bucket": "s3:CreateBucket s3:DeleteBucket s3:PutBucketTagging",
    "AWS::DynamoDB::Table": "dynamodb:CreateTable dynamodb:DeleteTable dynamodb:TagResource",
    "AWS::SNS::Topic": "sns:CreateTopic sns:DeleteTopic sns:TagResource",
    "AWS::SNS::Subscription": "sns:Subscribe sns:Unsubscribe",
    "AWS::SNS::TopicPolicy": "sns:SetTopicAttributes",
    "AWS::Logs::LogGroup": "logs:CreateLogGroup logs:DeleteLogGroup logs:TagResource logs:PutRetentionPolicy",
    "AWS::IAM::Role": "iam:CreateRole iam:DeleteRole iam:TagRole iam:PutRolePolicy iam:PassRole",
    "AWS::Lambda::Function": "lambda:CreateFunction lambda:DeleteFunction lambda:TagResource",
    "AWS::Lambda::Permission": "lambda:AddPermission lambda:RemovePermission",
    "AWS::Events::Rule": "events:PutRule events:PutTargets events:RemoveTargets events:DeleteRule",
    "AWS::CloudWatch::Alarm": "cloudwatch:PutMetricAlarm cloudwatch:DeleteAlarms cloudwatch:TagResource",
    "AWS::Glue::Job": "glue:CreateJob glue:UpdateJob glue:DeleteJob glue:TagResource",
    "AWS::Glue::Database": "glue:CreateDatabase glue:DeleteDatabase",
    "AWS::Glue::Crawler": "glue:CreateCrawler glue:UpdateCrawler glue:DeleteCrawler glue:TagResource",
    "AWS::ApiGatewayV2::Api": "apigateway:POST apigateway:PATCH apigateway:DELETE",
    "AWS::ApiGatewayV2::Integration": "apigateway:POST",
    "AWS::ApiGatewayV2::Authorizer": "apigateway:POST",
    "AWS::ApiGatewayV2::Route": "apigateway:POST",
    "AWS::ApiGatewayV2::Stage": "apigateway:POST",
}
"""What CloudFormation needs, at least, for each type that the templates have."""


@pytest.fixture(scope="module")
def role() -> dict[str, Any]:
    template = load_template(ROOT / "infra/promotion.yaml")
    (only,) = template["Resources"].values()
    properties: dict[str, Any] = only["Properties"]
    return properties


@pytest.fixture(scope="module")
def policies(role: dict[str, Any]) -> dict[str, list[tuple[str, list[str]]]]:
    """Each policy: its actions with their resources, by the names of an environment."""
    return {
        policy["PolicyName"]: [
            (action, [text(resource) for resource in listed(statement["Resource"])])
            for statement in policy["PolicyDocument"]["Statement"]
            for action in listed(statement["Action"])
        ]
        for policy in role["Policies"]
    }


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def text(value: Any) -> str:
    """What a value of a template is in the environment."""
    pattern = value.get("Fn::Sub", f"${{{value.get('Ref')}}}") if isinstance(value, dict) else value
    return re.sub(r"\$\{([^}]+)\}", lambda found: NAMES[found[1]], pattern)


def test_one_repository_and_one_environment_of_it_may_take_the_role(role: dict[str, Any]) -> None:
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert text(statement["Principal"]["Federated"]) == f"arn:aws:iam::111122223333:oidc-provider/{GITHUB}"
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert list(statement["Condition"]) == ["StringEquals"]
    assert {name: text(value) for name, value in statement["Condition"]["StringEquals"].items()} == {
        f"{GITHUB}:aud": "sts.amazonaws.com",
        f"{GITHUB}:sub": "repo:acme/music-streams:environment:dev",
    }


def test_the_docs_list_its_actions(policies: dict[str, Any]) -> None:
    page = (ROOT / "docs/first-kpi-on-aws.md").read_text(encoding="utf-8")
    table = page.partition("| for | actions |\n|---|---|\n")[2].partition("\n\n")[0]
    rows = [
        {
            f"{service}:{name}"
            for service, names in re.findall(r"`([\w-]+):` ((?:`\w+`\s?)+)", line.split("|")[2])
            for name in re.findall(r"`(\w+)`", names)
        }
        for line in table.splitlines()
    ]
    assert rows == [{action for action, _ in granted} for granted in policies.values()]


def test_its_actions_are_aws_s_own_and_have_names_where_they_take_some(policies: dict[str, Any]) -> None:
    granted = [each for one in policies.values() for each in one]
    assert len(granted) > 100
    assert [action for action, _ in granted if not exists(action)] == []
    everywhere = {action for action, resources in granted if "*" in resources}
    # A list of stacks is asked for without naming any.
    assert {action for action in everywhere if takes_names(action)} <= {
        "cloudformation:DescribeStacks",
        "logs:DescribeLogGroups",
    }


def test_it_is_small_enough_for_iam(role: dict[str, Any]) -> None:
    documents = json.dumps([policy["PolicyDocument"] for policy in role["Policies"]])
    written = re.sub(r'\{"Fn::Sub": ("[^"]+")\}', lambda found: text(found[1]), documents)
    assert len(re.sub(r"\s", "", written)) < LIMIT


def test_it_may_pass_roles_to_glue_and_lambda_alone(role: dict[str, Any]) -> None:
    passing = [
        statement
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if "iam:PassRole" in listed(statement["Action"])
    ]
    services = {"iam:PassedToService": ["glue.amazonaws.com", "lambda.amazonaws.com"]}
    assert [statement["Condition"] for statement in passing] == [{"StringEquals": services}]


def test_it_may_not_change_itself(policies: dict[str, Any]) -> None:
    own = "arn:aws:iam::111122223333:role/music-streams-promotion"
    changes = {
        action
        for granted in policies.values()
        for action, resources in granted
        if action.startswith("iam:") and any(fnmatchcase(own, resource) for resource in resources)
    }
    assert changes == set()


def templates() -> Iterator[tuple[str, Template]]:
    assert PROJECT.templates
    for name in PROJECT.templates.order:
        yield name, load_template(PROJECT.template(name))


def test_it_may_make_what_the_templates_hold(policies: dict[str, Any]) -> None:
    stacks = {action for action, _ in policies["stacks"]}
    types = {resource["Type"] for _, template in templates() for resource in template["Resources"].values()}
    assert types == MAKES.keys()
    assert {action for kind in types for action in MAKES[kind].split()} - stacks == set()


NAMED = {
    "AWS::DynamoDB::Table": ("TableName", "dynamodb:CreateTable", "dynamodb:eu-west-1:111122223333:table/{}"),
    "AWS::Glue::Job": ("Name", "glue:CreateJob", "glue:eu-west-1:111122223333:job/{}"),
    "AWS::Glue::Crawler": ("Name", "glue:CreateCrawler", "glue:eu-west-1:111122223333:crawler/{}"),
    "AWS::S3::Bucket": ("BucketName", "s3:CreateBucket", "s3:::{}"),
    "AWS::SNS::Topic": ("TopicName", "sns:CreateTopic", "sns:eu-west-1:111122223333:{}"),
    "AWS::Events::Rule": ("Name", "events:PutRule", "events:eu-west-1:111122223333:rule/{}"),
    "AWS::CloudWatch::Alarm": (
        "AlarmName",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:eu-west-1:111122223333:alarm:{}",
    ),
    "AWS::Lambda::Function": (
        "FunctionName",
        "lambda:CreateFunction",
        "lambda:eu-west-1:111122223333:function:{}",
    ),
    "AWS::Logs::LogGroup": (
        "LogGroupName",
        "logs:CreateLogGroup",
        "logs:eu-west-1:111122223333:log-group:{}",
    ),
    "AWS::IAM::Role": ("RoleName", "iam:CreateRole", "iam::111122223333:role/{}"),
}
"""Type → the property with its name, the action that makes it, its ARN."""


def test_its_resources_are_those_that_the_stacks_make(policies: dict[str, Any]) -> None:
    assert PROJECT.templates
    given = {
        key: value.replace("{prefix}", NAMES["NamePrefix"])
        for key, value in PROJECT.templates.parameters.items()
    }
    values = {**given, **NAMES}

    def written(value: Any) -> str:
        pattern = value.get("Fn::Sub", f"${{{value.get('Ref')}}}") if isinstance(value, dict) else value
        return re.sub(r"\$\{([^}]+)\}", lambda found: values[found[1]], pattern)

    refused = []
    for name, template in templates():
        for logical_id, resource in template["Resources"].items():
            if resource["Type"] in NAMED:
                key, action, arn = NAMED[resource["Type"]]
                made = resource["Properties"].get(key)
                stack = f"acme-dev-{name.replace('_', '-')}-{logical_id}-1A2B3C"
                found = "arn:aws:" + arn.format(written(made) if made else stack)
                allowed = next(there for each, there in policies["stacks"] if each == action)
                if not any(fnmatchcase(found, resource) for resource in allowed):
                    refused.append(found)
    assert refused == []


def test_it_is_no_role_that_a_sandbox_s_calls_are_compared_with() -> None:
    settings = load_settings().model_copy(update={"project": PROJECT})
    found = {role.logical_id for role in project_roles(settings)}
    assert "JobsRole" in found
    assert "PromotionRole" not in found
