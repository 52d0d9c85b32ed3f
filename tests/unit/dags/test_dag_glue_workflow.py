"""The DAG's structure and wiring, seen through Airflow's own classes but without any service."""

from __future__ import annotations

import importlib
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError
from deliveries import ROOT

from dag_settings import DagSettings
from glue_sandbox.settings import load_settings
from music_streams import layout

AIRFLOW_PYTHON = load_settings().python("airflow")
REQUIRED = {"MUSIC_STREAMS_BUCKET": "a-bucket", "MUSIC_STREAMS_TOPIC_ARN": "arn:aws:sns:eu-west-1:1:topic"}
GLUE_STEPS = [
    "validate_input_files",
    "calculate_metrics_etl",
    "insert_metrics_dynamo",
    "archive_streams_files",
]


def import_dag(home: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Import the DAG in Airflow's environment, with no other variables than these."""
    if not AIRFLOW_PYTHON.exists():
        pytest.skip(f"the DAG was not imported: {AIRFLOW_PYTHON} is missing; next: make setup")
    return subprocess.run(
        [AIRFLOW_PYTHON, ROOT / "tests" / "unit" / "dump_dag.py"],
        env={
            "PYTHONPATH": f"{ROOT / 'dags'}:{ROOT / 'glue'}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "AIRFLOW_HOME": str(home),
            **environ,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("airflow-home")


@pytest.fixture(scope="module")
def dag(home: Path) -> dict[str, Any]:
    result = import_dag(
        home,
        **REQUIRED,
        MUSIC_STREAMS_SCHEDULE="@daily",
        MUSIC_STREAMS_RETRIES="5",
        MUSIC_STREAMS_RETRY_DELAY_SECONDS="7",
        MUSIC_STREAMS_STEP_TIMEOUT_MINUTES="10",
        MUSIC_STREAMS_POLL_SECONDS="2",
        MUSIC_STREAMS_CRAWLER="a_crawler",
        MUSIC_STREAMS_NAME_PREFIX="dev_",
    )
    assert result.returncode == 0, result.stderr
    return cast(dict[str, Any], json.loads(result.stdout))


def test_dag_is_one_run_at_a_time_without_catching_up(dag: dict[str, Any]) -> None:
    assert dag["dag_id"] == "music_streaming_pipeline"
    assert (dag["schedule"], dag["catchup"], dag["max_active_runs"]) == ("@daily", False, 1)
    assert "check_files" in dag["doc_md"]
    assert dag["tags"] == ["glue", "music-streams"]


def test_steps_follow_each_other_and_the_branch_skips_them_all(dag: dict[str, Any]) -> None:
    chain = ["check_files", *GLUE_STEPS, "check_archived", "crawl_music_streams", "notify_success"]
    edges = {name: task["downstream"] for name, task in dag["tasks"].items()}
    assert edges == {
        **{before: [after] for before, after in pairwise(chain)},
        "check_files": ["skip_execution", "validate_input_files"],
        "skip_execution": [],
        "notify_success": [],
    }


def test_every_step_is_a_provider_operator(dag: dict[str, Any]) -> None:
    assert {name: task["operator"] for name, task in dag["tasks"].items()} == {
        "check_files": "BranchPythonOperator",
        "skip_execution": "EmptyOperator",
        **dict.fromkeys(GLUE_STEPS, "GlueJobOperator"),
        "check_archived": "S3KeySensor",
        "crawl_music_streams": "GlueCrawlerOperator",
        "notify_success": "PythonOperator",
    }


@pytest.mark.parametrize("step", GLUE_STEPS)
def test_glue_step_only_starts_the_job_of_its_name(dag: dict[str, Any], step: str) -> None:
    """The job itself is infra's: no script, role or capacity from here, and never an update."""
    settings = dag["tasks"][step]["settings"]
    batch_id = dag["tasks"]["check_files"]["settings"]["op_kwargs"]["batch_id"]
    assert settings["job_name"] == f"dev_{step}"
    assert settings["script_args"] == {"--batch_id": batch_id}
    untouched = ("script_location", "iam_role_name", "iam_role_arn", "create_job_kwargs", "num_of_dpus")
    assert [settings[name] for name in untouched] == [None] * len(untouched)
    assert settings["update_config"] is False
    assert settings["stop_job_run_on_kill"] is True
    assert settings["resume_glue_job_on_retry"] is True
    assert settings["verbose"] is True


def test_crawler_definition_is_left_alone(dag: dict[str, Any]) -> None:
    """The operator updates the crawler with whatever differs from this."""
    assert dag["tasks"]["crawl_music_streams"]["settings"]["config"] == {"Name": "a_crawler"}


def test_success_needs_the_paper_that_archiving_writes_last(dag: dict[str, Any]) -> None:
    """Airflow takes a stopped Glue run for a success; nobody may be told that the KPIs are up to date."""
    settings = dag["tasks"]["check_archived"]["settings"]
    batch_id = dag["tasks"]["check_files"]["settings"]["op_kwargs"]["batch_id"]
    assert (settings["bucket_name"], settings["bucket_key"]) == ("a-bucket", layout.archived_key(batch_id))
    assert (settings["timeout"], settings["soft_fail"], settings["deferrable"]) == (0, False, False)


def test_patience_comes_from_settings(dag: dict[str, Any]) -> None:
    last_steps = ("crawl_music_streams", "notify_success")
    for name, task in dag["tasks"].items():
        settings = task["settings"]
        assert (settings["retry_delay"], settings["execution_timeout"]) == (7, 600)
        assert settings["retries"] == (15 if name in last_steps else 5)
    for step in GLUE_STEPS:
        settings = dag["tasks"][step]["settings"]
        polls = (settings["job_poll_interval"], settings["waiter_delay"], settings["waiter_max_attempts"])
        assert polls == (2, 2, 300)


def test_a_failed_step_alerts_once_and_one_that_is_tried_again_never(dag: dict[str, Any]) -> None:
    alerts = {name: task["alerts"] for name, task in dag["tasks"].items()}
    assert alerts == {name: [0, 1] for name in dag["tasks"]}


def test_a_failure_is_recorded_in_the_ledger_whether_it_is_tried_again_or_not(dag: dict[str, Any]) -> None:
    recorded = {name: task["records_failures"] for name, task in dag["tasks"].items()}
    assert recorded == {name: [1, 1] for name in dag["tasks"]}


def test_batch_id_can_stand_in_a_key(dag: dict[str, Any]) -> None:
    assert dag["rendered_batch_id"] == "scheduled__2026-01-02T030405.678_0000"
    assert layout.checked_batch_id(dag["rendered_batch_id"]) == dag["rendered_batch_id"]
    # Those who look for a run's results make its batch id without the template.
    assert dag["rendered_batch_id"] == layout.batch_id_of("scheduled__2026-01-02T03:04:05.678+00:00")


def test_import_touches_no_database(dag: dict[str, Any], home: Path) -> None:
    """SQLite makes the file with the first connection; dump_dag.py forbids the network likewise."""
    assert dag["tasks"]
    assert list(home.rglob("*.db")) == []


def test_airflow_parses_the_dag_alone_of_the_folder() -> None:
    """Each other file would be imported again and again, only to find no DAG in it."""
    ignored = (ROOT / "dags" / ".airflowignore").read_text().splitlines()
    assert {path.name for path in (ROOT / "dags").glob("*.py")} - set(ignored) == {"dag_glue_workflow.py"}


def test_missing_setting_is_the_import_error(home: Path) -> None:
    result = import_dag(home, MUSIC_STREAMS_BUCKET="a-bucket")
    assert result.returncode != 0
    assert "MUSIC_STREAMS_TOPIC_ARN is not set" in result.stderr


def test_default_settings_look_every_five_minutes() -> None:
    settings = DagSettings.from_environment(REQUIRED)
    assert settings.schedule == "*/5 * * * *"


@pytest.mark.parametrize("text", ["none", "None", ""])
def test_schedule_can_be_switched_off(text: str) -> None:
    assert DagSettings.from_environment({**REQUIRED, "MUSIC_STREAMS_SCHEDULE": text}).schedule is None


@pytest.mark.parametrize("text", ["often", "-1", "nan", "inf"])
def test_unusable_number_is_named(text: str) -> None:
    expected = re.escape(f"MUSIC_STREAMS_RETRIES must be a number of at least 0, found '{text}'")
    with pytest.raises(ValueError, match=expected):
        DagSettings.from_environment({**REQUIRED, "MUSIC_STREAMS_RETRIES": text})


class FakeS3:
    """Landing as a dictionary: key → size."""

    def __init__(self, landing: dict[str, int]) -> None:
        self.landing = landing
        self.written: dict[str, bytes] = {}

    def get_paginator(self, name: str) -> FakeS3:
        assert name == "list_objects_v2"
        return self

    def paginate(self, **request: str) -> Iterator[dict[str, Any]]:
        landed = datetime(2026, 1, 2, tzinfo=UTC)
        yield {
            "Contents": [
                {"Key": key, "Size": size, "ETag": '"e"', "LastModified": landed}
                for key, size in sorted(self.landing.items())
                if key.startswith(request["Prefix"])
            ]
        }

    def get_object(self, **request: str) -> dict[str, Any]:
        if request["Key"] not in self.written:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": io.BytesIO(self.written[request["Key"]])}

    def put_object(self, **request: Any) -> None:
        self.written[request["Key"]] = request["Body"]


@pytest.fixture
def check_files_with(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call check_files against a landing; Airflow, which the tests' environment lacks, is only its hook."""

    def call(s3: FakeS3) -> str:
        hook_module = ModuleType("airflow.providers.amazon.aws.hooks.s3")
        hook_module.S3Hook = lambda: SimpleNamespace(get_conn=lambda: s3)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, hook_module.__name__, hook_module)
        monkeypatch.delitem(sys.modules, "check_files", raising=False)
        check_files = importlib.import_module("check_files").check_files
        return str(check_files(bucket="a-bucket", batch_id="run-1"))

    return call


def test_check_files_goes_on_with_the_manifest_of_what_landed(check_files_with: Any) -> None:
    s3 = FakeS3({"spotify_data/user_streams/a.csv": 9, "spotify_data/songs/s.csv": 5})
    assert check_files_with(s3) == "validate_input_files"
    manifest = json.loads(s3.written["manifests/run-1.json"])
    assert sorted(file["key"] for file in manifest["files"]) == sorted(s3.landing)


def test_check_files_goes_on_with_dates_to_recompute(check_files_with: Any) -> None:
    assert check_files_with(FakeS3({"pending/recompute.json": 9})) == "validate_input_files"


@pytest.mark.parametrize(
    "landing",
    [
        {},
        {"spotify_data/songs/s.csv": 5},
        {"spotify_data/user_streams/": 0},
        {"archive/user_streams/a.csv": 9},
    ],
    ids=["nothing", "songs only", "a folder marker", "elsewhere"],
)
def test_check_files_skips_without_listens(check_files_with: Any, landing: dict[str, int]) -> None:
    s3 = FakeS3(landing)
    assert check_files_with(s3) == "skip_execution"
    assert s3.written == {}


def test_repeated_check_files_keeps_to_its_manifest(check_files_with: Any) -> None:
    """The retry of a run must go on with its files, also when they are archived by now."""
    s3 = FakeS3({"spotify_data/user_streams/a.csv": 9})
    check_files_with(s3)
    before = dict(s3.written)
    s3.landing = {"spotify_data/user_streams/later.csv": 9}
    assert check_files_with(s3) == "validate_input_files"
    assert s3.written == before
