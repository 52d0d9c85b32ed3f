"""infra/ deployed to a real emulator and a real Glue service: what is there, what a second time does."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from airflow_support.fake_airflow import RUNS, FakeAirflow
from botocore.exceptions import ClientError
from deliveries import ROOT
from glue_service.aws import ROLE, make_role
from glue_service.waiting import wait_for

from glue_sandbox.clients import client
from glue_sandbox.deploy.state import read_state, write_state
from glue_sandbox.deploy.templates import load_template
from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings
from glue_sandbox.status.published import Published, read_published
from keep_alert.texts import readable_text

from .conftest import Deploy

JOBS = ("validate_input_files", "calculate_metrics_etl", "insert_metrics_dynamo", "archive_streams_files")
SPARE = "\n  Spare:\n    Type: AWS::Glue::Job\n    Properties:\n      Name: spare\n"
SPARE += "      Role: !Ref JobsRole\n      Command: {Name: pythonshell, ScriptLocation: s3://b/k.py}\n"


def edit(root: Path, file: str, old: str, new: str) -> None:
    path = root / file
    text = path.read_text()
    assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new))


def job(settings: Settings, name: str) -> dict[str, Any]:
    found: dict[str, Any] = client(settings, "glue").get_job(JobName=name)["Job"]
    return found


def test_deployed_names_what_is_there(settings: Settings, checkout: Path, deploy_from: Deploy) -> None:
    deployed = deploy_from(checkout)
    tables = client(settings, "dynamodb").list_tables()["TableNames"]
    assert set(tables) == set(deployed.tables.values())
    assert deployed.jobs == JOBS
    assert client(settings, "sns").get_topic_attributes(TopicArn=deployed.outputs["AlertTopicArn"])
    buckets = {bucket["Name"] for bucket in client(settings, "s3").list_buckets()["Buckets"]}
    assert buckets == {deployed.bucket, deployed.artifact_bucket}
    crawler = client(settings, "glue").get_crawler(Name=deployed.outputs["CrawlerName"])["Crawler"]
    assert crawler["DatabaseName"] == deployed.outputs["CatalogDatabaseName"]
    assert [target["Path"] for target in crawler["Targets"]["S3Targets"]] == [
        "s3://music-streams/curated/listens/",
        "s3://music-streams/output/",
    ]


@pytest.mark.usefixtures("checkout")
def test_a_failed_run_of_a_job_becomes_a_message_for_people(settings: Settings) -> None:
    """Glue's event, the rule, its input transformer, the topic, and the sandbox's own queue."""
    run = client(settings, "glue").start_job_run(
        JobName="validate_input_files", Arguments={"--batch_id": "no-such-batch"}
    )["JobRunId"]

    def told() -> list[Published]:
        return [message for message in read_published(settings) if run in message.text]

    (message,) = wait_for("the alert", told)
    first, why, then, last = readable_text(message.text).splitlines()
    assert message.topic == "music_streams_job_alerts"
    assert first.startswith("The Glue job validate_input_files ended as FAILED at 20")
    assert why.startswith(
        f"Why:  JobName:validate_input_files and JobRunId:{run} failed to execute with exception"
    )
    assert "manifests/no-such-batch.json" in why
    assert then.startswith("Next: ")
    assert last == f"Run:  {run}"
    assert [again.text for again in told()] == [message.text]


def test_a_job_is_as_its_template_says(settings: Settings, checkout: Path) -> None:
    found = job(settings, "calculate_metrics_etl")
    assert found["Command"]["Name"] == "glueetl"
    assert (found["GlueVersion"], found["WorkerType"], found["NumberOfWorkers"]) == ("5.1", "G.1X", 2)
    assert found["ExecutionProperty"] == {"MaxConcurrentRuns": 1}
    assert found["Role"] == "arn:aws:iam::000000000000:role/music-streams-glue-jobs"
    arguments = found["DefaultArguments"]
    assert arguments["--bucket"] == "music-streams"
    assert arguments["--ledger_table"] == "FileValidationMetadata"


def test_every_file_that_a_job_names_is_uploaded(settings: Settings, checkout: Path) -> None:
    s3 = client(settings, "s3")
    for name in JOBS:
        found = job(settings, name)
        for url in (found["Command"]["ScriptLocation"], found["DefaultArguments"]["--extra-py-files"]):
            bucket, _, key = url.removeprefix("s3://").partition("/")
            assert s3.head_object(Bucket=bucket, Key=key)["ContentLength"] > 0


def test_tables_can_be_restored_and_staging_expires(settings: Settings, checkout: Path) -> None:
    backups = client(settings, "dynamodb").describe_continuous_backups(TableName="TopGenresByDay")
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"
    rules = client(settings, "s3").get_bucket_lifecycle_configuration(Bucket="music-streams")["Rules"]
    assert {rule["ID"]: rule.get("Expiration") for rule in rules} == {
        "ExpireStaging": {"Days": 7},
        "AbortUnfinishedUploads": None,
    }


def test_a_second_time_changes_nothing(checkout: Path, deploy_from: Deploy) -> None:
    assert deploy_from(checkout).changed == ()


def test_a_lost_state_file_costs_nothing_but_a_comparison(
    settings: Settings, checkout: Path, deploy_from: Deploy
) -> None:
    (settings.state / "deployed.json").unlink()
    deployed = deploy_from(checkout)
    assert deployed.tables["TopGenresByDay"] == "TopGenresByDay"
    assert deploy_from(checkout).changed == ()


def test_a_changed_job_argument_updates_that_job_alone(
    settings: Settings, checkout: Path, deploy_from: Deploy
) -> None:
    others = [job(settings, name) for name in JOBS if name != "calculate_metrics_etl"]
    edit(checkout, "infra/jobs.yaml", "job-bookmark-disable", "job-bookmark-pause")
    assert deploy_from(checkout).changed == ("music-streams-jobs",)
    arguments = job(settings, "calculate_metrics_etl")["DefaultArguments"]
    assert arguments["--job-bookmark-option"] == "job-bookmark-pause"
    assert [job(settings, each["Name"]) for each in others] == others


def test_a_changed_script_reaches_its_job(settings: Settings, checkout: Path, deploy_from: Deploy) -> None:
    script = checkout / "glue" / "jobs" / "archive_streams_files.py"
    script.write_text("print('changed')\n")
    assert deploy_from(checkout).changed == ("music-streams-jobs",)
    location = job(settings, "archive_streams_files")["Command"]["ScriptLocation"]
    bucket, _, key = location.removeprefix("s3://").partition("/")
    body = client(settings, "s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    assert body == b"print('changed')\n"


def test_a_job_that_left_the_template_is_deleted(
    settings: Settings, checkout: Path, deploy_from: Deploy
) -> None:
    text = (checkout / "infra" / "jobs.yaml").read_text()
    (checkout / "infra" / "jobs.yaml").write_text(text.replace("\nOutputs:\n", f"{SPARE}\nOutputs:\n"))
    assert "spare" in deploy_from(checkout).jobs
    assert job(settings, "spare")["Role"] == "music-streams-glue-jobs"
    (checkout / "infra" / "jobs.yaml").write_text(text)
    assert "spare" not in deploy_from(checkout).jobs
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        job(settings, "spare")


def test_a_failed_stack_gives_the_reason_and_the_next_deployment_recovers(
    checkout: Path, deploy_from: Deploy
) -> None:
    taken = "Resources:\n  Taken:\n    Type: AWS::S3::Bucket\n    Properties: {BucketName: music-streams}\n\n"
    edit(checkout, "infra/alerts.yaml", "Resources:\n", taken)
    with pytest.raises(SandboxError) as failed:
        deploy_from(checkout)
    assert "stack music-streams-alerts" in str(failed.value)
    assert "music-streams" in failed.value.details
    assert "already exists" in failed.value.details
    edit(checkout, "infra/alerts.yaml", taken, "Resources:\n")
    assert deploy_from(checkout).outputs["AlertTopicArn"].endswith(":music_streams_alerts")


def test_a_job_that_glue_refuses_fails_its_stack_with_glues_reason(
    settings: Settings, checkout: Path, deploy_from: Deploy
) -> None:
    whole = (checkout / "infra" / "jobs.yaml").read_text()
    broken = whole.replace("!Ref ShellTimeoutMinutes", "31").replace("!Ref SparkWorkerType", "G.9X")
    (checkout / "infra" / "jobs.yaml").write_text(broken)
    with pytest.raises(SandboxError) as failed:
        deploy_from(checkout)
    assert "stack music-streams-jobs" in str(failed.value)
    assert re.search(r"CalculateMetricsEtl \(AWS::Glue::Job\): .*Service: Glue", failed.value.details)
    assert "jobs" not in read_state(settings).stacks  # what is half done is not taken for what was there
    (checkout / "infra" / "jobs.yaml").write_text(whole)
    assert deploy_from(checkout).jobs == JOBS
    assert job(settings, "calculate_metrics_etl")["WorkerType"] == "G.1X"
    assert [job(settings, name)["Timeout"] for name in JOBS] == [30, 60, 30, 30]


def without_glue(settings: Settings, name: str) -> None:
    """Leave the stack what is not Glue's, as it was when Glue's resources were made beside it."""
    cloudformation = client(settings, "cloudformation")
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    whole = load_template(ROOT / "infra" / f"{name.removeprefix('music-streams-')}.yaml")
    rest = {key: body for key, body in whole["Resources"].items() if "Glue" not in body["Type"]}
    template = {"Parameters": whole["Parameters"], "Resources": rest}
    cloudformation.update_stack(
        StackName=name,
        TemplateBody=json.dumps(template),
        Parameters=stack["Parameters"],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName=name, WaiterConfig={"Delay": 0.1})
    state = read_state(settings)
    digests = {key: stack for key, stack in state.stacks.items() if f"music-streams-{key}" != name}
    write_state(settings, state.model_copy(update={"stacks": digests}))


def forgotten(settings: Settings, name: str) -> None:
    cloudformation = client(settings, "cloudformation")
    cloudformation.delete_stack(StackName=name)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 0.1})


@pytest.fixture(scope="module")
def role(settings: Settings) -> str:
    """One that a crawler may assume, of nobody's stack."""
    make_role(settings.emulator_url)
    return ROLE


@pytest.mark.parametrize("lose", [without_glue, forgotten])
def test_glue_resources_that_no_stack_holds_any_more_are_made_anew_by_their_stack(
    settings: Settings, checkout: Path, deploy_from: Deploy, role: str, lose: Callable[[Settings, str], None]
) -> None:
    before = deploy_from(checkout)
    glue = client(settings, "glue")
    for name in ("music-streams-jobs", "music-streams-catalog"):
        lose(settings, name)
    command = {"Name": "pythonshell", "ScriptLocation": "s3://b/old.py"}
    for name in (*JOBS, "mine"):
        glue.create_job(Name=name, Role="r", Command=command)
    glue.create_database(DatabaseInput={"Name": before.outputs["CatalogDatabaseName"]})
    targets = {"S3Targets": [{"Path": f"s3://{before.bucket}/"}]}
    glue.create_crawler(Name=before.outputs["CrawlerName"], Role=role, DatabaseName="d", Targets=targets)

    deployed = deploy_from(checkout)
    assert set(deployed.changed) >= {"music-streams-jobs", "music-streams-catalog"}
    assert deployed.replaced == (*JOBS, before.outputs["CatalogDatabaseName"], before.outputs["CrawlerName"])
    for name in JOBS:
        assert job(settings, name)["Role"].endswith(":role/music-streams-glue-jobs")
    assert (
        glue.get_crawler(Name=deployed.outputs["CrawlerName"])["Crawler"]["DatabaseName"]
        == deployed.outputs["CatalogDatabaseName"]
    )
    assert glue.delete_job(JobName="mine")["JobName"] == "mine"
    assert deploy_from(checkout).replaced == ()


def test_a_job_that_somebody_else_made_fails_the_stack_that_names_it_too(
    settings: Settings, checkout: Path, deploy_from: Deploy
) -> None:
    glue = client(settings, "glue")
    command = {"Name": "pythonshell", "ScriptLocation": "s3://b/mine.py"}
    glue.create_job(Name="spare", Role="r", Command=command)
    text = (checkout / "infra" / "jobs.yaml").read_text()
    (checkout / "infra" / "jobs.yaml").write_text(text.replace("\nOutputs:\n", f"{SPARE}\nOutputs:\n"))
    with pytest.raises(SandboxError) as failed:
        deploy_from(checkout)
    assert "Job with name 'spare' already submitted with different configuration" in failed.value.details
    assert job(settings, "spare")["Command"]["ScriptLocation"] == "s3://b/mine.py"
    glue.delete_job(JobName="spare")


def test_a_stream_file_that_lands_starts_the_dag(
    settings: Settings, checkout: Path, airflow: FakeAirflow
) -> None:
    s3 = client(settings, "s3")
    airflow.asked.clear()
    s3.put_object(Bucket="music-streams", Key="spotify_data/songs/songs.csv", Body=b"x")
    s3.put_object(Bucket="music-streams", Key="spotify_data/user_streams/", Body=b"")
    s3.put_object(Bucket="music-streams", Key="spotify_data/user_streams/a b é.csv", Body=b"x")
    deadline = time.monotonic() + 30
    while not any(path == RUNS for _, path, _ in airflow.asked):
        assert time.monotonic() < deadline, f"no run was started within 30 s; asked: {airflow.asked}"
        time.sleep(0.05)
    (started,) = [body for _, path, body in airflow.asked if path == RUNS]
    assert started["dag_run_id"].startswith("s3__")
    assert airflow.asked[0] == ("POST", "/auth/token", {"username": "admin", "password": "pw"})
