"""The templates of infra/: lint, house rules, and agreement with the code they deploy."""

from __future__ import annotations

import io
import json
import re
import zipfile
from fnmatch import fnmatchcase
from typing import Any

import pytest
from deliveries import ROOT

from glue_sandbox.deploy.artifacts import build_artifacts
from glue_sandbox.deploy.templates import Template, load_template
from glue_sandbox.project.file import load_project
from music_streams import contracts, layout

PROJECT = load_project(ROOT / "sandbox.toml")
TEMPLATES = PROJECT.templates.order if PROJECT.templates else ()
INFRA = ROOT / "infra"
SECTIONS = ["AWSTemplateFormatVersion", "Description", "Parameters", "Conditions", "Resources", "Outputs"]
LOADED = {name: load_template(INFRA / f"{name}.yaml") for name in TEMPLATES}
each_template = pytest.mark.parametrize("template", LOADED.values(), ids=LOADED)


def test_every_template_is_deployed() -> None:
    assert {path.stem for path in INFRA.glob("*.yaml")} == {*TEMPLATES, "airflow", "promotion"}


@each_template
def test_sections_come_in_one_order(template: Template) -> None:
    assert list(template) == [section for section in SECTIONS if section in template]


@each_template
def test_every_parameter_and_output_is_described(template: Template) -> None:
    described = {**template.get("Parameters", {}), **template["Outputs"]}
    assert [name for name, body in described.items() if len(body.get("Description", "")) < 15] == []


def test_a_parameter_has_one_default_in_all_templates() -> None:
    defaults: dict[str, set[str]] = {}
    for template in LOADED.values():
        for name, body in template.get("Parameters", {}).items():
            if "Default" in body:
                defaults.setdefault(name, set()).add(body["Default"])
    assert {name: found for name, found in defaults.items() if len(found) > 1} == {}


def test_secrets_are_parameters_that_nobody_can_read_back() -> None:
    password = LOADED["trigger"]["Parameters"]["AirflowPassword"]
    assert password["NoEcho"] is True
    assert password["Default"] == ""


def test_tables_are_those_of_the_contracts() -> None:
    expected = {contract.name: contract.key for contract in contracts.KPI_TABLES}
    expected[contracts.LEDGER_TABLE] = (contracts.LEDGER_KEY,)
    assert {_default(table["TableName"]["Ref"]): _key(table) for table in _tables()} == expected


def test_indexes_are_those_of_the_contracts() -> None:
    expected = {
        contract.name: [(index.name, (index.partition_key, index.sort_key)) for index in contract.indexes]
        for contract in contracts.KPI_TABLES
    }
    of_ledger = contracts.LEDGER_INDEX
    expected[contracts.LEDGER_TABLE] = [(of_ledger.name, (of_ledger.partition_key, of_ledger.sort_key))]
    assert {
        _default(table["TableName"]["Ref"]): [
            (index["IndexName"], _key(index)) for index in table.get("GlobalSecondaryIndexes", [])
        ]
        for table in _tables()
    } == expected


def test_tables_outlive_their_stack_and_can_be_restored() -> None:
    for resource in LOADED["tables"]["Resources"].values():
        assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
        assert resource["UpdateReplacePolicy"] == "Retain"
        assert resource["Properties"]["BillingMode"] == "PAY_PER_REQUEST"
        recovery = resource["Properties"]["PointInTimeRecoverySpecification"]
        assert recovery == {"PointInTimeRecoveryEnabled": True}


def test_every_job_script_has_a_job_and_every_job_a_script() -> None:
    scripts = {path.name for path in (ROOT / "glue" / "jobs").glob("*.py")}
    given = load_project(ROOT / "sandbox.toml").templates
    assert given
    for name, job in _jobs().items():
        location = job["Command"]["ScriptLocation"]["Fn::Sub"].rsplit("/", 1)[1]
        assert given.parameters[location.strip("${}")] == f"{{job_{name}}}"
    assert {f"{name}.py" for name in _jobs()} == scripts


def test_python_shell_jobs_get_the_wheel_and_spark_the_zip() -> None:
    found = {
        name: (
            job["Command"]["Name"],
            job["DefaultArguments"]["--extra-py-files"]["Fn::Sub"].rsplit("/", 1)[1],
        )
        for name, job in _jobs().items()
    }
    shell = ("pythonshell", "${PackageWheelKey}")
    assert found == {
        "validate_input_files": shell,
        "calculate_metrics_etl": ("glueetl", "${PackageZipKey}"),
        "insert_metrics_dynamo": shell,
        "archive_streams_files": shell,
    }


def test_the_loader_is_told_the_table_of_every_contract() -> None:
    text = _jobs()["insert_metrics_dynamo"]["DefaultArguments"]["--tables"]["Fn::Sub"]
    tables = {contract: _default(parameter[2:-1]) for contract, parameter in json.loads(text).items()}
    assert tables == {contract.name: contract.name for contract in contracts.KPI_TABLES}


def test_jobs_may_write_every_folder_of_the_layout() -> None:
    batch = "scheduled__2024-06-25"
    keys = [
        layout.staging_prefix(batch) + "streams/x.parquet",
        layout.validated_key(batch),
        layout.calculated_key(batch),
        layout.archived_key(batch),
        layout.pending_key(batch),
        layout.reference_key("songs", "spotify_data/songs/x.csv"),
        layout.CURATED_LISTENS + "listen_date=2024-06-25/part.parquet",
        "output/TopGenresByDay/listen_date=2024-06-25/part-0.json",
        "loaded/TopGenresByDay/2024-06-25/x.jsonl",
        "rejected/streams/file_id=x/part-0.json",
        layout.error_keys("spotify_data/user_streams/x.csv", "0")[0],
        layout.aside_keys("spotify_data/user_streams/_SUCCESS", "0")[0],
        "archive/2024/06/25/x.csv",
    ]
    allowed = _allowed("s3:PutObject")
    assert [key for key in keys if not any(fnmatchcase(key, pattern) for pattern in allowed)] == []
    assert not any(fnmatchcase("spotify_data/songs/x.csv", pattern) for pattern in allowed)


def test_a_stream_file_starts_the_dag_and_no_other_does() -> None:
    bucket = LOADED["storage"]["Resources"]["DataBucket"]["Properties"]
    (notification,) = bucket["NotificationConfiguration"]["LambdaConfigurations"]
    assert notification["Filter"]["S3Key"]["Rules"] == [
        {"Name": "prefix", "Value": layout.landing_folder("streams")}
    ]


def test_the_trigger_starts_the_dag_that_exists() -> None:
    dag = (ROOT / "dags" / "dag_glue_workflow.py").read_text()
    assert re.findall(r'dag_id="(\w+)"', dag) == [_default("DagId")]


def test_a_failed_run_of_each_job_becomes_an_alert() -> None:
    detail = LOADED["alerts"]["Resources"]["FailedJobRunRule"]["Properties"]["EventPattern"]["detail"]
    names = [{"Fn::Sub": f"${{NamePrefix}}{name}"} for name in _jobs()]
    assert detail == {"state": ["FAILED", "TIMEOUT"], "jobName": names}


def test_alarms_look_at_metrics_that_the_jobs_publish() -> None:
    resources = LOADED["alerts"]["Resources"].values()
    alarms = [each["Properties"] for each in resources if each["Type"] == "AWS::CloudWatch::Alarm"]
    code = "".join(path.read_text() for path in (ROOT / "glue" / "jobs").glob("*.py"))
    published = set(re.findall(r'metrics\.add(?:_values)?\("(\w+)"', code))
    assert {alarm["MetricName"] for alarm in alarms} <= published
    assert {alarm["Namespace"]["Ref"] for alarm in alarms} == {"MetricNamespace"}
    assert _default("MetricNamespace") == contracts.METRICS_NAMESPACE
    assert len(alarms) == 3


def test_jobs_may_publish_metrics_of_their_own_namespace_alone() -> None:
    (statement,) = (
        statement
        for policy in LOADED["jobs"]["Resources"]["JobsRole"]["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if "cloudwatch" in str(statement["Action"])
    )
    assert statement["Action"] == "cloudwatch:PutMetricData"
    assert statement["Condition"] == {"StringEquals": {"cloudwatch:namespace": {"Ref": "MetricNamespace"}}}


def _default(parameter: str) -> str:
    found = {
        name: body for template in LOADED.values() for name, body in template.get("Parameters", {}).items()
    }
    return str(found[parameter]["Default"])


def _tables() -> list[dict[str, Any]]:
    return [resource["Properties"] for resource in LOADED["tables"]["Resources"].values()]


def _key(table: dict[str, Any]) -> tuple[str, ...]:
    return tuple(part["AttributeName"] for part in table["KeySchema"])


def _jobs() -> dict[str, dict[str, Any]]:
    resources = LOADED["jobs"]["Resources"].values()
    found = [resource["Properties"] for resource in resources if resource["Type"] == "AWS::Glue::Job"]
    return {job["Name"]["Fn::Sub"].removeprefix("${NamePrefix}"): job for job in found}


def _allowed(action: str) -> list[str]:
    """Key patterns of the data bucket on which the job role allows the action."""
    patterns = []
    for policy in LOADED["jobs"]["Resources"]["JobsRole"]["Properties"]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            if action in statement["Action"]:
                resources = statement["Resource"]
                for resource in resources if isinstance(resources, list) else [resources]:
                    patterns.append(resource["Fn::Sub"].partition("BucketName}/")[2])
    return patterns


@pytest.mark.parametrize(
    ("name", "template", "resource"),
    [
        ("trigger_music_pipeline_dag", "trigger", "TriggerFunction"),
        ("kpi_api", "kpi_api", "KpiApiFunction"),
        ("keep_alert", "alerts", "KeepAlertFunction"),
    ],
)
def test_lambda_zip_holds_the_handler_where_the_template_says(
    name: str, template: str, resource: str
) -> None:
    artifacts = build_artifacts(PROJECT)
    key = artifacts.names[f"lambda_{name}"]
    (body,) = (file.body for file in artifacts.files if file.key == key)
    with zipfile.ZipFile(io.BytesIO(body)) as code:
        module = LOADED[template]["Resources"][resource]["Properties"]["Handler"].rpartition(".")[0]
        assert f"{module.replace('.', '/')}.py" in code.namelist()
