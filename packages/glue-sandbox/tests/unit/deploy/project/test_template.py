"""The page on the project file: its example has every key, and is made into one template."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from checkout import POLICY, ROOT, write_example
from pydantic import BaseModel

from glue_sandbox.deploy.artifacts import build_artifacts
from glue_sandbox.deploy.project.template import project_template
from glue_sandbox.deploy.project.template_parts import logical_id
from glue_sandbox.deploy.templates import Template
from glue_sandbox.project.file import Project, load_project

KNOWN = {
    "data_bucket": "listens",
    "artifact_bucket": "listens-artifacts",
    "region": "eu-west-1",
    "account_id": "000000000000",
    "airflow_url": "http://airflow",
    "airflow_user": "admin",
    "airflow_password": "secret",
}
ELSEWHERE = {"root", "templates", "apis", "commands", "images", "jobs.run_arguments"}
"""Keys that the page leaves to this repository's own file, and the folder, which is no key."""
BESIDE_SERVICES = {"aws_endpoint", "airflow.url", "airflow.user"}
"""Keys with an example of their own: no project would have them and all others."""
FROM_ELSEWHERE = {
    "templates",
    "templates.terraform",
    "templates.cdk_out",
    "templates.stacks",
    "templates.parameters",
    "templates.parameters.Stage",
}
"""Likewise: they take the place of what the file describes."""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The page's example."""
    return load_project(write_example(tmp_path))


@pytest.fixture
def template(project: Project) -> Template:
    return project_template(project, {**KNOWN, **build_artifacts(project).names})


def properties(template: Template, kind: str, name: str) -> Any:
    return template["Resources"][logical_id(kind, name)]["Properties"]


def test_the_page_s_example_has_every_key(project: Project) -> None:
    content = tomllib.loads((project.root / "sandbox.toml").read_text())
    assert keys_of(project) - keys_in(content) == ELSEWHERE | BESIDE_SERVICES
    page = (ROOT / "docs" / "sandbox-toml.md").read_text()
    beside: set[str] = set()
    for section in page.split("\n## "):
        beside |= keys_in(tomllib.loads("\n".join(re.findall(r"^    (\S.*)", section, re.MULTILINE))))
    assert beside - keys_in(content) == BESIDE_SERVICES | FROM_ELSEWHERE


def keys_of(model: BaseModel, before: str = "") -> set[str]:
    """Keys of a table and of those in it; of several tables by name, the keys of each alike."""
    keys: set[str] = set()
    for name in type(model).model_fields:
        value = getattr(model, name)
        inside = value.values() if isinstance(value, dict) else [value]
        tables = [each for each in inside if isinstance(each, BaseModel)]
        nested = {key for each in tables for key in keys_of(each, f"{before}{name}.")}
        keys |= nested if tables else {f"{before}{name}"}
    return keys


def keys_in(content: dict[str, Any], before: str = "") -> set[str]:
    """Keys of a file, where the names that a user gives are left out."""
    keys: set[str] = set()
    for name, value in content.items():
        key = f"{before}{name}"
        keys.add(key)
        if key in NAMED:
            for each in value.values():
                keys |= keys_in(each, f"{key}.")
        elif isinstance(value, dict):
            keys |= keys_in(value, f"{key}.")
    return keys


NAMED = (
    "jobs.define",
    "tables",
    "tables.indexes",
    "roles",
    "connections",
    "crawlers",
    "functions",
    "events",
    "seed",
)


def test_it_is_one_template_of_all_that_is_described(template: Template) -> None:
    kinds = sorted(resource["Type"].removeprefix("AWS::") for resource in template["Resources"].values())
    assert kinds == sorted(
        [
            *("S3::Bucket", "S3::Bucket", "DynamoDB::Table", "SNS::Topic", "IAM::Role", "IAM::Role"),
            *("Lambda::Function", "Lambda::Function", "Lambda::Permission", "Lambda::Permission"),
            *("Glue::Job", "Glue::Database", "Glue::Crawler", "Glue::Connection"),
        ]
    )


def test_a_table_has_its_keys_and_indexes(template: Template) -> None:
    by_genre = [
        {"AttributeName": "genre", "KeyType": "HASH"},
        {"AttributeName": "played_at", "KeyType": "RANGE"},
    ]
    assert properties(template, "Table", "plays") == {
        "TableName": "plays",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "track_id", "AttributeType": "S"},
            {"AttributeName": "played_at", "AttributeType": "N"},
            {"AttributeName": "genre", "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": "track_id", "KeyType": "HASH"},
            {"AttributeName": "played_at", "KeyType": "RANGE"},
        ],
        "GlobalSecondaryIndexes": [
            {"IndexName": "by_genre", "KeySchema": by_genre, "Projection": {"ProjectionType": "ALL"}}
        ],
    }


def test_a_job_has_its_script_role_connections_and_the_project_s_package(
    project: Project, template: Template
) -> None:
    names = build_artifacts(project).names
    assert properties(template, "Job", "transform") == {
        "Name": "transform",
        "Role": {"Fn::GetAtt": ["RolelistensX2Djobs", "Arn"]},
        "Command": {
            "Name": "glueetl",
            "ScriptLocation": f"s3://listens-artifacts/{names['script_transform']}",
            "PythonVersion": "3",
        },
        "DefaultArguments": {
            "--bucket": "listens",
            "--extra-py-files": f"s3://listens-artifacts/{names['package_zip']}",
        },
        "Timeout": 60,
        "MaxRetries": 0,
        "Connections": {"Connections": ["warehouse"]},
        "GlueVersion": "5.1",
        "WorkerType": "G.1X",
        "NumberOfWorkers": 2,
    }


def test_a_crawler_comes_after_its_database_and_its_bucket(template: Template) -> None:
    crawler = template["Resources"]["Crawlerlistens"]
    assert crawler["DependsOn"] == ["Databasemusic", "Bucketlistens"]
    assert crawler["Properties"] == {
        "Name": "listens",
        "Role": {"Fn::GetAtt": ["RolelistensX2Djobs", "Arn"]},
        "DatabaseName": "music",
        "TablePrefix": "raw_",
        "Targets": {"S3Targets": [{"Path": "s3://listens/output/"}]},
        "Schedule": {"ScheduleExpression": "cron(0 5 * * ? *)"},
    }


def test_an_event_calls_the_function_of_the_project(template: Template) -> None:
    bucket = template["Resources"]["Bucketlistens"]
    assert bucket["DependsOn"] == ["Permissionuploads"]
    assert bucket["Properties"]["NotificationConfiguration"]["LambdaConfigurations"] == [
        {
            "Event": "s3:ObjectCreated:*",
            "Function": {"Fn::GetAtt": ["FunctiononX5Fupload", "Arn"]},
            "Filter": {
                "S3Key": {
                    "Rules": [{"Name": "prefix", "Value": "incoming/"}, {"Name": "suffix", "Value": ".csv"}]
                }
            },
        }
    ]
    assert properties(template, "Permission", "uploads")["SourceArn"] == "arn:aws:s3:::listens"


def test_an_event_that_starts_a_dag_has_a_function_of_the_tool_s(template: Template) -> None:
    function = properties(template, "Function", "listens-start_dag-archived")
    assert function["Environment"]["Variables"] == {
        "DAG_ID": "listens_pipeline",
        "AIRFLOW_URL": "http://airflow",
        "AIRFLOW_USER": "admin",
        "AIRFLOW_PASSWORD": "secret",
    }
    assert function["Code"]["S3Key"].endswith("/start_dag.zip")
    assert properties(template, "Permission", "archived")["SourceArn"] == "arn:aws:s3:::listens-archive"


def test_a_role_has_the_policy_of_its_file_and_the_one_of_nobody_may_all(template: Template) -> None:
    own = properties(template, "Role", "listens-jobs")
    assert own["Policies"] == [{"PolicyName": "work", "PolicyDocument": POLICY}]
    assert properties(template, "Role", "")["RoleName"] == "listens-anything"


def test_names_that_differ_in_signs_alone_are_two_resources() -> None:
    assert len({logical_id("Table", name) for name in ("a-b", "a_b", "a.b", "aX2Db", "ab")}) == 5
