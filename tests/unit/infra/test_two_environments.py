"""Two environments in one account: no name is in both, and no role of one may do anything in the other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest
from deliveries import ROOT

from glue_sandbox.deploy.project.values import project_parameters, setting_values
from glue_sandbox.deploy.templates import load_template, parameter_text
from glue_sandbox.permissions.granted import roles_of
from glue_sandbox.permissions.needed import Permission
from glue_sandbox.project.file import load_project
from glue_sandbox.promote.environment import Buckets, Environment
from glue_sandbox.promote.parameters import given_parameters
from glue_sandbox.settings import Settings

SETTINGS = Settings(project=load_project(ROOT / "sandbox.toml"))
FILES = sorted((ROOT / "infra").glob("*.yaml"))
LOADED = {file.stem: load_template(file) for file in FILES}
NAMES = re.compile(r"^(Name|\w*(Bucket|Table|Function|Topic|Role|Group|Alarm)Name|DatabaseInput)$")
NOT_UNIQUE = {"IndexName", "AttributeName", "PolicyName"}
OF_PEOPLE = {
    "AirflowEnvironmentName": "{}mwaa",
    "AirflowRoleName": "{}airflow",
    "AirflowBucketName": "{}dags",
    "PromotionRoleName": "{}promotion",
    "StackPrefix": "{}stacks",
}
"""Parameters of airflow.yaml and promotion.yaml, which nobody promotes: who deploys them names them."""


def given(prefix: str) -> dict[str, str]:
    """What the templates' parameters are in an environment."""
    plain = prefix.rstrip("_")
    environment = Environment(
        name=plain,
        account_id="111122223333",
        region="eu-west-1",
        prefix=prefix,
        buckets=Buckets(data=f"{plain}-data", artifacts=f"{plain}-code"),
        parameters={name: text.format(prefix) for name, text in OF_PEOPLE.items()},
    )
    return given_parameters(SETTINGS, environment, {})


def names(prefix: str) -> Iterator[tuple[str, str]]:
    """The type and the name of each resource that has one of its own."""
    for template in LOADED.values():
        parameters = defaults(template) | given(prefix)
        for resource in template["Resources"].values():
            for key, value in resource.get("Properties", {}).items():
                if key == "FunctionName" and resource["Type"] != "AWS::Lambda::Function":
                    continue
                if NAMES.match(key) and key not in NOT_UNIQUE:
                    name = value["Name"] if key == "DatabaseInput" else value
                    yield resource["Type"], str(parameter_text(name, parameters))


def defaults(template: dict[str, Any]) -> dict[str, str]:
    found = template.get("Parameters", {}).items()
    return {name: str(body["Default"]) for name, body in found if "Default" in body}


def test_no_name_of_a_resource_is_in_both() -> None:
    dev, prod = ({*names(f"{name}_")} for name in ("dev", "prod"))
    # An authoriser's name is its API's, and that is another one.
    assert {kind for kind, _ in dev & prod} <= {"AWS::ApiGatewayV2::Authorizer"}
    assert {kind for kind, _ in dev} >= {
        *("AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::Glue::Job", "AWS::Glue::Crawler"),
        *("AWS::Glue::Database", "AWS::IAM::Role", "AWS::Lambda::Function", "AWS::Logs::LogGroup"),
        *("AWS::SNS::Topic", "AWS::Events::Rule", "AWS::CloudWatch::Alarm", "AWS::ApiGatewayV2::Api"),
    }
    assert all("dev" in name for kind, name in dev if not kind.endswith("Authorizer"))


def test_without_a_prefix_the_names_are_the_templates_own() -> None:
    alone = project_parameters(SETTINGS.project, setting_values(SETTINGS))
    for name, template in LOADED.items():
        of_template = defaults(template)
        differing = {
            key: alone[key] for key in of_template.keys() & alone.keys() if alone[key] != of_template[key]
        }
        assert differing.keys() <= {"KpiApiAuthorization"}, name


def test_metrics_alarms_and_the_rule_for_failed_runs_are_an_environment_s_own() -> None:
    for template in LOADED.values():
        for resource in template["Resources"].values():
            text = json.dumps(resource)
            assert '"Namespace": "' not in text
            assert '"jobName": ["' not in text
    assert [given(prefix)["MetricNamespace"] for prefix in ("dev_", "prod_")] == [
        "dev_MusicStreams",
        "prod_MusicStreams",
    ]


def grants(prefix: str) -> Iterator[Permission]:
    for template in LOADED.values():
        for role in roles_of(template, given(prefix)):
            yield from role.grants


def arns(prefix: str) -> Iterator[str]:
    """What an environment's own things are called in policies."""
    kinds = {
        "AWS::S3::Bucket": "arn:aws:s3:::{}",
        "AWS::DynamoDB::Table": "arn:aws:dynamodb:*:*:table/{}",
        "AWS::Glue::Job": "arn:aws:glue:*:*:job/{}",
        "AWS::Glue::Crawler": "arn:aws:glue:*:*:crawler/{}",
        "AWS::Glue::Database": "arn:aws:glue:*:*:database/{}",
        "AWS::SNS::Topic": "arn:aws:sns:*:*:{}",
        "AWS::Logs::LogGroup": "arn:aws:logs:*:*:log-group:{}:x",
    }
    for kind, name in names(prefix):
        if kind in kinds:
            yield kinds[kind].format(name)


@pytest.mark.parametrize(("own", "other"), [("dev_", "prod_"), ("prod_", "dev_")])
def test_no_role_may_do_anything_in_the_other(own: str, other: str) -> None:
    may = [each for each in grants(own) if each.resource != "*"]
    reached = {(each.action, arn) for each in may for arn in arns(other) if covers(each.resource, arn)}
    assert reached == set()
    of_own = {arn for each in may for arn in arns(own) if covers(each.resource, arn)}
    assert {arn.split(":")[2] for arn in of_own} >= {"s3", "dynamodb", "glue", "sns", "logs"}


def covers(granted: str, arn: str) -> bool:
    """Whether a grant is one on this thing, or on what lies in this bucket."""
    return fnmatchcase(arn, granted) or (":s3:" in arn and fnmatchcase(arn, granted.partition("/")[0]))
