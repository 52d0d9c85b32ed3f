"""The example of the page on sandbox.toml, deployed to a real emulator and a real Glue service."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from airflow_support.fake_airflow import FakeAirflow
from botocore.exceptions import ClientError
from checkout import write_example

from glue_sandbox.clients import client
from glue_sandbox.project.file import load_project
from glue_sandbox.settings import Settings

from .conftest import Deploy

RUNS = "/api/v2/dags/listens_pipeline/dagRuns"
EVENT_SECONDS = 60


@pytest.fixture(scope="module")
def settings(settings: Settings) -> Settings:
    """The sandbox with the example's names."""
    return settings.model_copy(update={"data_bucket": "listens", "artifact_bucket": "listens-artifacts"})


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, deploy_from: Deploy) -> Path:
    folder = tmp_path_factory.mktemp("example")
    write_example(folder)
    deploy_from(folder)
    return folder


def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + EVENT_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"{what} not within {EVENT_SECONDS} s"
        time.sleep(0.1)


def test_what_the_file_says_is_there(settings: Settings, root: Path) -> None:
    s3, glue = client(settings, "s3"), client(settings, "glue")
    buckets = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    assert buckets == {"listens", "listens-artifacts", "listens-archive"}
    assert [each["Key"] for each in s3.list_objects_v2(Bucket="listens")["Contents"]] == [
        "incoming/",
        "output/",
    ]

    table = client(settings, "dynamodb").describe_table(TableName="plays")["Table"]
    assert {(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]} == {
        ("track_id", "HASH"),
        ("played_at", "RANGE"),
    }
    assert [index["IndexName"] for index in table["GlobalSecondaryIndexes"]] == ["by_genre"]

    job = glue.get_job(JobName="transform")["Job"]
    assert job["Role"] == "arn:aws:iam::000000000000:role/listens-jobs"
    assert job["Connections"] == {"Connections": ["warehouse"]}
    assert glue.get_connection(Name="warehouse")["Connection"]["ConnectionType"] == "JDBC"
    crawler = glue.get_crawler(Name="listens")["Crawler"]
    assert (crawler["DatabaseName"], crawler["TablePrefix"]) == ("music", "raw_")
    assert crawler["Targets"]["S3Targets"][0]["Path"] == "s3://listens/output/"
    topics = client(settings, "sns").list_topics()["Topics"]
    assert [topic["TopicArn"].split(":")[-1] for topic in topics] == ["pipeline-failures"]


def test_a_new_object_calls_the_project_s_function(settings: Settings, root: Path) -> None:
    s3 = client(settings, "s3")
    s3.put_object(Bucket="listens", Key="incoming/a.txt", Body=b"another suffix")
    s3.put_object(Bucket="listens", Key="incoming/a.csv", Body=b"x")

    def seen() -> set[str]:
        return {
            each["Key"] for each in s3.list_objects_v2(Bucket="listens", Prefix="seen/").get("Contents", [])
        }

    wait_until(lambda: seen() == {"seen/incoming/a.csv"}, "a call of the function")


def test_a_new_object_starts_the_dag(settings: Settings, root: Path, airflow: FakeAirflow) -> None:
    airflow.answers["POST", RUNS] = 200, {"dag_run_id": "x"}
    client(settings, "s3").put_object(Bucket="listens-archive", Key="2024/a b.csv", Body=b"x")
    conf = {"bucket": "listens-archive", "key": "2024/a b.csv"}
    wait_until(
        lambda: ("POST", RUNS, {"logical_date": None, "conf": conf}) in airflow.asked, "a run of the DAG"
    )


def test_a_second_time_changes_nothing_and_an_edited_script_its_stack(
    root: Path, deploy_from: Deploy
) -> None:
    assert deploy_from(root).changed == ()
    (root / "jobs" / "transform.py").write_text("print('another')\n")
    assert deploy_from(root).changed == ("listens-resources",)


def test_what_leaves_the_file_is_deleted(settings: Settings, root: Path, deploy_from: Deploy) -> None:
    text = (root / "sandbox.toml").read_text()
    start, end = text.index("[crawlers.listens]"), text.index("[functions.on_upload]")
    (root / "sandbox.toml").write_text(text[:start] + text[end:])
    deploy_from(root)
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        client(settings, "glue").get_crawler(Name="listens")
    assert load_project(root / "sandbox.toml").crawlers == {}
