"""Stacks with AWS::Glue::* resources, given to the AWS endpoint as any engineer would: Glue has them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError, WaiterError

from glue_sandbox.clients import client
from glue_sandbox.settings import Settings

TRUST = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
MAY = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [TRUST]},
        "Policies": [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": [MAY]}}],
    },
}
COLUMNS = [{"Name": "a", "Type": "int"}]


@dataclass
class Stacks:
    """CloudFormation at the AWS endpoint, with a bucket that is there."""

    settings: Settings
    name: str

    def aws(self, service: str) -> Any:
        return client(self.settings, service)

    def deploy(self, resources: dict[str, Any], *, kind: str = "create", **parameters: str) -> dict[str, Any]:
        """Create or update the stack and wait for it; give its description."""
        template = {
            "Parameters": {name: {"Type": "String"} for name in parameters},
            "Resources": resources,
        }
        cloudformation = self.aws("cloudformation")
        getattr(cloudformation, f"{kind}_stack")(
            StackName=self.name,
            TemplateBody=json.dumps(template),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
            Tags=[{"Key": "stage", "Value": kind}],
        )
        return self.wait(kind)

    def wait(self, kind: str) -> dict[str, Any]:
        cloudformation = self.aws("cloudformation")
        cloudformation.get_waiter(f"stack_{kind}_complete").wait(
            StackName=self.name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300}
        )
        if kind == "delete":
            return {}
        found: dict[str, Any] = cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
        return found

    def reasons(self) -> str:
        events = self.aws("cloudformation").describe_stack_events(StackName=self.name)["StackEvents"]
        return "\n".join(event.get("ResourceStatusReason", "") for event in events)


@pytest.fixture
def stacks(settings: Settings) -> Iterator[Stacks]:
    made = Stacks(settings, f"stack-{uuid.uuid4().hex[:8]}")
    yield made
    made.aws("cloudformation").delete_stack(StackName=made.name)
    made.wait("delete")


def job(**properties: Any) -> dict[str, Any]:
    """A Python shell job whose script the stack's bucket has."""
    command = {"Name": "pythonshell", "ScriptLocation": {"Fn::Sub": "s3://${Bucket}/job.py"}}
    return {
        "Type": "AWS::Glue::Job",
        "Properties": {"Role": {"Fn::GetAtt": ["Role", "Arn"]}, "Command": command, **properties},
    }


def finished(glue: Any, name: str) -> dict[str, Any]:
    run_id = glue.start_job_run(JobName=name)["JobRunId"]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        run: dict[str, Any] = glue.get_job_run(JobName=name, RunId=run_id)["JobRun"]
        if run["JobRunState"] in {"SUCCEEDED", "FAILED"}:
            return run
        time.sleep(0.1)
    raise TimeoutError(f"{name} is {run['JobRunState']}")


def test_a_stacks_job_runs_and_goes_with_the_stack(stacks: Stacks) -> None:
    s3, glue = stacks.aws("s3"), stacks.aws("glue")
    s3.create_bucket(Bucket=stacks.name)
    s3.put_object(Bucket=stacks.name, Key="job.py", Body=b"import sys; print(sys.argv)")
    properties: dict[str, Any] = {
        "MaxRetries": {"Ref": "Retries"},  # parameters are text
        "MaxCapacity": "0.0625",
        "ExecutionProperty": {"MaxConcurrentRuns": {"Ref": "Retries"}},
        "DefaultArguments": {"--bucket": {"Ref": "Bucket"}, "--flag": True, "--number": 7},
        "Tags": {"team": "data"},
    }
    parameters = {"Retries": "2", "Bucket": stacks.name}
    resources = {"Role": ROLE, "Job": job(**properties)}
    stack = stacks.deploy(resources, **parameters)
    (found,) = [
        each["PhysicalResourceId"]
        for each in stacks.aws("cloudformation").describe_stack_resources(StackName=stacks.name)[
            "StackResources"
        ]
        if each["LogicalResourceId"] == "Job"
    ]
    assert found.startswith(f"{stacks.name}-Job-")
    definition = glue.get_job(JobName=found)["Job"]
    assert definition["Role"].startswith("arn:aws:iam::000000000000:role/")
    assert (definition["MaxRetries"], definition["MaxCapacity"]) == (2, 0.0625)
    assert definition["ExecutionProperty"] == {"MaxConcurrentRuns": 2}
    assert definition["DefaultArguments"] == {"--bucket": stacks.name, "--flag": "true", "--number": "7"}
    arn = f"arn:aws:glue:{stacks.settings.region}:000000000000:job/{found}"
    of_stack = {
        "aws:cloudformation:stack-name": stacks.name,
        "aws:cloudformation:stack-id": stack["StackId"],
        "aws:cloudformation:logical-id": "Job",
    }
    assert glue.get_tags(ResourceArn=arn)["Tags"] == {"team": "data", "stage": "create", **of_stack}
    assert finished(glue, found)["JobRunState"] == "SUCCEEDED"

    # What leaves the template gets Glue's default again, and the name stays.
    del properties["MaxRetries"], properties["DefaultArguments"]
    properties["Tags"] = {"owner": "me"}
    stacks.deploy({"Role": ROLE, "Job": job(**properties)}, kind="update", **parameters)
    definition = glue.get_job(JobName=found)["Job"]
    assert definition["MaxRetries"] == 0
    assert "DefaultArguments" not in definition
    assert glue.get_tags(ResourceArn=arn)["Tags"] == {"owner": "me", "stage": "update", **of_stack}

    stacks.aws("cloudformation").delete_stack(StackName=stacks.name)
    stacks.wait("delete")
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        glue.get_job(JobName=found)


def test_a_change_set_creates_and_renames_a_catalog(stacks: Stacks) -> None:
    cloudformation, glue = stacks.aws("cloudformation"), stacks.aws("glue")
    stacks.aws("s3").create_bucket(Bucket=stacks.name)
    database = stacks.name.replace("-", "_")

    def resources(table: str, comment: str) -> dict[str, Any]:
        storage = {"Columns": COLUMNS, "Location": f"s3://{stacks.name}/t/"}
        keys = [{"Name": "day", "Type": "string"}]
        of_database = {"DatabaseName": {"Ref": "Catalog"}, "CatalogId": {"Ref": "AWS::AccountId"}}
        return {
            "Catalog": {
                "Type": "AWS::Glue::Database",
                "Properties": {
                    "CatalogId": {"Ref": "AWS::AccountId"},
                    "DatabaseInput": {"Name": database, "Description": comment},
                },
            },
            "Table": {
                "Type": "AWS::Glue::Table",
                "Properties": {
                    **of_database,
                    "TableInput": {"Name": table, "PartitionKeys": keys, "StorageDescriptor": storage},
                },
            },
            "Day": {
                "Type": "AWS::Glue::Partition",
                "Properties": {
                    **of_database,
                    "TableName": {"Ref": "Table"},
                    "PartitionInput": {"Values": ["2024-06-25"], "StorageDescriptor": storage},
                },
            },
            "Role": ROLE,
            "Crawler": {
                "Type": "AWS::Glue::Crawler",
                "Properties": {
                    "Name": stacks.name,
                    "Role": {"Ref": "Role"},
                    "DatabaseName": {"Ref": "Catalog"},
                    "Targets": {"S3Targets": [{"Path": f"s3://{stacks.name}/t/"}]},
                    **({"Schedule": {"ScheduleExpression": "cron(0 1 * * ? *)"}} if table == "one" else {}),
                },
            },
        }

    for number, (table, comment) in enumerate((("one", "first"), ("two", "second"))):
        kind = ("create", "update")[number]
        cloudformation.create_change_set(
            StackName=stacks.name,
            ChangeSetName=f"c{number}",
            ChangeSetType=kind.upper(),
            TemplateBody=json.dumps({"Resources": resources(table, comment)}),
            Capabilities=["CAPABILITY_IAM"],
        )
        cloudformation.get_waiter("change_set_create_complete").wait(
            StackName=stacks.name, ChangeSetName=f"c{number}", WaiterConfig={"Delay": 1}
        )
        cloudformation.execute_change_set(StackName=stacks.name, ChangeSetName=f"c{number}")
        stacks.wait(kind)
        assert glue.get_database(Name=database)["Database"]["Description"] == comment
        assert [each["Name"] for each in glue.get_tables(DatabaseName=database)["TableList"]] == [table]
        days = glue.get_partitions(DatabaseName=database, TableName=table)["Partitions"]
        assert [each["Values"] for each in days] == [["2024-06-25"]]
        crawler = glue.get_crawler(Name=stacks.name)["Crawler"]
        assert crawler["DatabaseName"] == database
        assert ("Schedule" in crawler) == (table == "one")


TEMPLATE = """
Parameters:
  Database: {Type: String}
  Nightly: {Type: String, Default: "no"}
Conditions:
  IsNightly: !Equals [!Ref Nightly, "yes"]
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: glue.amazonaws.com}, Action: "sts:AssumeRole"}]
  Catalog:
    Type: AWS::Glue::Database
    Properties:
      CatalogId: !Ref AWS::AccountId
      DatabaseInput: {Name: !Ref Database}
  Job:
    Type: AWS::Glue::Job
    Properties:
      Name: !Sub "${Database}-job"
      Role: r
      Command: {Name: glueetl, ScriptLocation: !Sub "s3://${Database}/k.py"}
      GlueVersion: 5.1
      WorkerType: G.1X
      NumberOfWorkers: 2
      Timeout: !If [IsNightly, 60, !Ref AWS::NoValue]
      DefaultArguments:
        "--topic": !Ref Topic
        "--name": !GetAtt Topic.TopicName
        "--catalog": !Ref Catalog
  Nightly:
    Type: AWS::Glue::Crawler
    Condition: IsNightly
    Properties:
      Role: !Ref Role
      DatabaseName: !Ref Catalog
      Targets: {S3Targets: [{Path: !Sub "s3://${AWS::StackName}/t/"}]}
Outputs:
  Job: {Value: !Ref Job}
"""


def test_awslocal_deploys_a_template_with_conditions_and_references(stacks: Stacks, tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    database = stacks.name.replace("-", "_")
    glue = stacks.aws("glue")
    stacks.aws("s3").create_bucket(Bucket=stacks.name)
    awslocal = [str(Path(sys.executable).parent / "awslocal"), "cloudformation"]
    arguments = ["--stack-name", stacks.name, "--template-body", f"file://{tmp_path / 'template.yaml'}"]
    arguments += ["--capabilities", "CAPABILITY_IAM"]
    keys = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "test")
    endpoint = {
        "AWS_ENDPOINT_URL": stacks.settings.endpoint_url,
        "AWS_DEFAULT_REGION": stacks.settings.region,
    }
    for kind, nightly, timeout, crawlers in (("create", "no", 480, 0), ("update", "yes", 60, 1)):
        values = {"Database": database, "Nightly": nightly}.items()
        given = ["--parameters", *(f"ParameterKey={key},ParameterValue={value}" for key, value in values)]
        done = subprocess.run(
            [*awslocal, f"{kind}-stack", *arguments, *given],
            env={**os.environ, **keys, **endpoint},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        stacks.wait(kind)
        job = glue.get_job(JobName=f"{database}-job")["Job"]
        assert (job["GlueVersion"], job["Timeout"]) == ("5.1", timeout)
        assert job["DefaultArguments"]["--topic"].startswith("arn:aws:sns:")
        assert job["DefaultArguments"]["--topic"].endswith(job["DefaultArguments"]["--name"])
        assert job["DefaultArguments"]["--catalog"] == database
        mine = [name for name in glue.list_crawlers()["CrawlerNames"] if name.startswith(stacks.name)]
        assert len(mine) == crawlers


def test_a_stacks_connection_is_kept_changed_and_deleted(stacks: Stacks) -> None:
    glue = stacks.aws("glue")

    def resources(url: str) -> dict[str, Any]:
        properties = {"JDBC_CONNECTION_URL": url, "USERNAME": "u", "PASSWORD": "p"}
        given = {"Name": stacks.name, "ConnectionType": "JDBC", "ConnectionProperties": properties}
        of_account = {"CatalogId": {"Ref": "AWS::AccountId"}, "ConnectionInput": given}
        return {"Database": {"Type": "AWS::Glue::Connection", "Properties": of_account}}

    for kind, url in (("create", "jdbc:mysql://a/b"), ("update", "jdbc:mysql://c/d")):
        stacks.deploy(resources(url), kind=kind)
        found = glue.get_connection(Name=stacks.name)["Connection"]
        assert found["ConnectionProperties"]["JDBC_CONNECTION_URL"] == url
    stacks.aws("cloudformation").delete_stack(StackName=stacks.name)
    stacks.wait("delete")
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        glue.get_connection(Name=stacks.name)


def test_a_resource_that_glue_refuses_fails_the_stack_with_glues_reason(stacks: Stacks) -> None:
    glue = stacks.aws("glue")
    database = stacks.name.replace("-", "_")
    glue.create_database(DatabaseInput={"Name": database})
    command = {"Name": "pythonshell", "ScriptLocation": "s3://b/k.py"}
    other = {"Role": "r", "Command": command, "Name": stacks.name}
    taken = {"CatalogId": {"Ref": "AWS::AccountId"}, "DatabaseInput": {"Name": database}}
    with pytest.raises(WaiterError):
        stacks.deploy(
            {
                "Other": {"Type": "AWS::Glue::Job", "Properties": other},
                "Taken": {"Type": "AWS::Glue::Database", "Properties": taken, "DependsOn": "Other"},
            }
        )
    assert re.search(
        r'Resource handler returned message: "Database already exists\. \(Service: Glue, Status Code: 400, '
        r'Request ID: [-\w]+\)" \(RequestToken: [-\w]+, HandlerErrorCode: AlreadyExists\)',
        stacks.reasons(),
    )
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        glue.get_job(JobName=stacks.name)
    glue.delete_database(Name=database)


@pytest.mark.parametrize(
    ("resource_type", "properties", "reason"),
    [
        ("AWS::Glue::Job", {"Rol": "r"}, "#: extraneous key [Rol] is not permitted"),
        ("AWS::Glue::Job", {"Timeout": "soon"}, "#/Timeout: expected type: Number, found: String"),
        ("AWS::Glue::Trigger", {"Type": "ON_DEMAND", "Actions": []}, "AWS::Glue::Trigger is not built"),
    ],
)
def test_what_cannot_be_made_is_named(
    stacks: Stacks, resource_type: str, properties: dict[str, Any], reason: str
) -> None:
    with pytest.raises(WaiterError):
        stacks.deploy({"It": {"Type": resource_type, "Properties": properties}})
    assert reason in stacks.reasons()


def test_glue_behind_the_endpoint_is_the_same_glue(stacks: Stacks) -> None:
    behind = stacks.settings.model_copy(update={"sandbox_port": stacks.settings.emulator_port})
    command = {"Name": "pythonshell", "ScriptLocation": "s3://b/k.py"}
    client(behind, "glue").create_job(Name=stacks.name, Role="r", Command=command)
    assert stacks.aws("glue").delete_job(JobName=stacks.name)["JobName"] == stacks.name
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        client(behind, "glue").get_job(JobName=stacks.name)


def test_a_request_that_no_glue_knows_does_not_go_in_circles(settings: Settings) -> None:
    signature = f"AWS4-HMAC-SHA256 Credential=test/20260101/{settings.region}/glue/aws4_request"
    headers = {"Authorization": f"{signature}, SignedHeaders=host, Signature=0"}
    assert httpx.post(f"{settings.endpoint_url}/", headers=headers, content=b"{}").status_code == 400


def test_a_foreign_page_makes_no_stack_at_either_port(settings: Settings) -> None:
    call = {"Version": "2010-05-15", "Action": "CreateStack", "StackName": "evil", "TemplateBody": "{}"}
    page, image = {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}
    rebound = {"Host": "evil.example"}
    for url in (settings.endpoint_url, settings.emulator_url):
        for answer in (
            httpx.post(url, data=call, headers=page),
            httpx.get(url, params=call, headers=image),
            httpx.get(f"{url}/2015-03-31/functions/f/configuration", headers=rebound),
            httpx.get(f"{url}/_ministack/health", headers=rebound),
            httpx.options(url, headers={**page, "Access-Control-Request-Method": "POST"}),
        ):
            assert answer.status_code == 403
            assert "AccessDenied" in answer.text
            assert "access-control-allow-origin" not in answer.headers
