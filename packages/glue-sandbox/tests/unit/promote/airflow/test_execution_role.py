"""MWAA's role: IAM is asked whether it may do what the DAGs do; where it does not say, that is listed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from glue_sandbox.permissions.needed import Permission
from glue_sandbox.project.file import load_project
from glue_sandbox.promote.airflow.execution_role import needs_of_airflow, role_differences
from glue_sandbox.promote.environment import Buckets, Environment
from glue_sandbox.settings import Settings

ROLE = "arn:aws:iam::111122223333:role/service-role/mwaa"
NEEDED = (Permission("s3:ListBucket", "arn:aws:s3:::b"), Permission("s3:GetObject", "arn:aws:s3:::b/m/*"))
TEMPLATE = """\
Parameters:
  Bucket: {Type: String}
Resources:
  Jobs:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Principal: {Service: glue.amazonaws.com}}]}
      Policies:
        - PolicyDocument: {Statement: [{Action: "s3:PutObject", Resource: "*"}]}
  Airflow:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Principal: {Service: airflow-env.amazonaws.com}}]}
      Policies:
        - PolicyDocument:
            Statement:
              - Action: glue:StartJobRun
                Resource: !Sub arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:job/a
              - Action: s3:ListBucket
                Resource: !Sub arn:${AWS::Partition}:s3:::${Bucket}
              - Action: sqs:SendMessage
                Resource: !Sub arn:${AWS::Partition}:sqs:${AWS::Region}:*:airflow-celery-*
              - Action: cloudwatch:PutMetricData
                Resource: "*"
"""


class Iam:
    """Allows these actions, or refuses to answer."""

    def __init__(self, *allowed: str, error: str = "") -> None:
        self._allowed, self._error = allowed, error

    def get_paginator(self, operation: str) -> Iam:
        assert operation == "simulate_principal_policy"
        return self

    def paginate(self, **asked: Any) -> Iterator[Any]:
        if self._error:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": self._error}}, "Simulate")
        assert asked["PolicySourceArn"] == ROLE
        for action in asked["ActionNames"]:
            decision = "allowed" if action in self._allowed else "implicitDeny"
            yield {"EvaluationResults": [{"EvalActionName": action, "EvalDecision": decision}]}


def found(iam: Any) -> list[str]:
    return [*role_differences(iam, ROLE, NEEDED)]


def test_what_it_may_not_do_is_named() -> None:
    assert found(Iam("s3:ListBucket", "s3:GetObject")) == []
    assert found(Iam("s3:ListBucket")) == ["its role mwaa may not s3:GetObject on arn:aws:s3:::b/m/*"]


def test_where_iam_does_not_say_it_is_listed() -> None:
    assert found(Iam(error="you may not")) == [
        "whether its role mwaa has what the DAGs need is not known (you may not): s3:GetObject, s3:ListBucket"
    ]


def test_what_is_needed_is_what_the_role_of_the_templates_grants_in_the_account(tmp_path: Path) -> None:
    (tmp_path / "airflow.yaml").write_text(TEMPLATE)
    text = (
        '[templates]\nfolder = "."\norder = ["airflow"]\n[templates.parameters]\nBucket = "{data_bucket}"\n'
    )
    file = tmp_path / "sandbox.toml"
    file.write_text(f'name = "small"\n[airflow]\ndag_id = "small"\n{text}')
    (tmp_path / "dags").mkdir()
    buckets = Buckets(data="acme", artifacts="acme-code")
    environment = Environment(name="dev", account_id="111122223333", region="eu-west-1", buckets=buckets)
    assert needs_of_airflow(Settings(project=load_project(file)), environment) == (
        Permission("glue:StartJobRun", "arn:aws:glue:eu-west-1:111122223333:job/a"),
        Permission("s3:ListBucket", "arn:aws:s3:::acme"),
    )
