"""infra/ deployed to a real emulator and a real Glue service: what is there, what a second time does."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from fake_airflow import RUNS, FakeAirflow

from sandbox.clients import client
from sandbox.errors import SandboxError
from sandbox.settings import Settings

from .conftest import Deploy

JOBS = ("validate_input_files", "calculate_metrics_etl", "insert_metrics_dynamo", "archive_streams_files")


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
    assert client(settings, "sns").get_topic_attributes(TopicArn=deployed.topic_arn)
    buckets = {bucket["Name"] for bucket in client(settings, "s3").list_buckets()["Buckets"]}
    assert buckets == {deployed.bucket, deployed.artifact_bucket}
    crawler = client(settings, "glue").get_crawler(Name=deployed.crawler)["Crawler"]
    assert crawler["DatabaseName"] == deployed.catalog_database
    assert [target["Path"] for target in crawler["Targets"]["S3Targets"]] == [
        "s3://music-streams/curated/listens/",
        "s3://music-streams/output/",
    ]


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
    edit(checkout, "infra/jobs.yaml", "job-bookmark-disable", "job-bookmark-pause")
    assert deploy_from(checkout).changed == ("calculate_metrics_etl",)
    arguments = job(settings, "calculate_metrics_etl")["DefaultArguments"]
    assert arguments["--job-bookmark-option"] == "job-bookmark-pause"


def test_a_changed_script_reaches_its_job(settings: Settings, checkout: Path, deploy_from: Deploy) -> None:
    script = checkout / "glue" / "jobs" / "archive_streams_files.py"
    script.write_text("print('changed')\n")
    assert deploy_from(checkout).changed == ("music-streams-jobs", *JOBS)
    location = job(settings, "archive_streams_files")["Command"]["ScriptLocation"]
    bucket, _, key = location.removeprefix("s3://").partition("/")
    body = client(settings, "s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    assert body == b"print('changed')\n"


def test_a_job_that_left_the_template_is_deleted(
    settings: Settings, checkout: Path, deploy_from: Deploy
) -> None:
    spare = "\n  Spare:\n    Type: AWS::Glue::Job\n    Properties:\n      Name: spare\n"
    spare += "      Role: !Ref JobsRole\n      Command: {Name: pythonshell, ScriptLocation: s3://b/k.py}\n"
    text = (checkout / "infra" / "jobs.yaml").read_text()
    (checkout / "infra" / "jobs.yaml").write_text(text.replace("\nOutputs:\n", f"{spare}\nOutputs:\n"))
    assert "spare" in deploy_from(checkout).changed
    assert job(settings, "spare")["Role"] == "music-streams-glue-jobs"
    (checkout / "infra" / "jobs.yaml").write_text(text)
    assert "spare" in deploy_from(checkout).changed
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
    assert deploy_from(checkout).topic_arn.endswith(":music_streams_alerts")


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
