"""What the sample's delivery leaves: KPIs, ledger, files, catalog and logs."""

from __future__ import annotations

import json

import pytest
from deliveries import EXPECTED, expected_items, expected_ledger, json_lines, sample_songs, sample_streams
from e2e.harness import Observation, Sandbox
from e2e.sample_delivery import (
    ALL_SUCCEEDED,
    FOLDER_MARKER,
    SIDE_FILE,
    SampleSandbox,
    archive_name,
    good_names,
    item_differences,
    sample_bytes,
    temporary,
)
from oracle import KEYS, differences, oracle_items

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]
PYTHON_LOGS = "/aws-glue/python-jobs/output"
LOGGED = {
    "validate_input_files": (PYTHON_LOGS, "12_binary_junk.csv"),
    "calculate_metrics_etl": ("/aws-glue/jobs/output", "KPIs computed"),
    "insert_metrics_dynamo": (PYTHON_LOGS, "MusicStreamingKPIs 2024-06-25"),
    "archive_streams_files": (PYTHON_LOGS, "staging cleared"),
}
"""Log group of each job, and what its log says of the sample."""


@pytest.mark.parametrize("table", KEYS)
def test_every_item_equals_the_answers_worked_by_hand(delivered: Observation, table: str) -> None:
    assert differences(table, expected_items()[table], delivered.items[table]) == []


def test_every_item_equals_the_oracle(delivered: Observation) -> None:
    assert item_differences(oracle_items(sample_streams(), sample_songs()), delivered.items) == []


def test_the_ledger_tells_of_every_delivered_object(delivered: Observation) -> None:
    marker = f"spotify_data/{FOLDER_MARKER}"
    side_file = f"spotify_data/{SIDE_FILE}"
    assert set(delivered.ledger) == {*expected_ledger(), marker, side_file}
    assert delivered.ledger[marker]["kind"] == "folder_marker"
    assert delivered.ledger[side_file]["validation_status"] == "SET_ASIDE"
    assert delivered.below("aside/") == [SIDE_FILE]


@pytest.mark.parametrize("file_key", sorted(expected_ledger()))
def test_the_ledger_says_what_became_of_it(delivered: Observation, file_key: str) -> None:
    wanted = expected_ledger()[file_key]
    found = delivered.ledger[file_key]
    found = {**found, "error": str(found.get("error", "")).split(":")[0]}
    assert {name: found.get(name) for name in wanted} == wanted


def test_bad_files_lie_in_error_unchanged_with_the_reason(sandbox: Sandbox, delivered: Observation) -> None:
    bad = {
        key: row["error"] for key, row in expected_ledger().items() if row["validation_status"] == "FAILED"
    }
    wanted = {f"error/{key.removeprefix('spotify_data/')}": code for key, code in bad.items()}
    assert set(delivered.below("error/")) == {
        name.removeprefix("error/") + suffix for name in wanted for suffix in ("", ".reason.json")
    }
    for key, code in wanted.items():
        assert sandbox.read(key) == sample_bytes()[key.removeprefix("error/")]
        assert json.loads(sandbox.read(f"{key}.reason.json"))["code"] == code


def test_rejected_rows_are_kept_with_their_reason(sample: SampleSandbox) -> None:
    rejected = []
    for key, lines in sample.rejected.items():
        for line in lines.splitlines():
            row = json.loads(line)
            rejected.append((key.split("/")[0], row["source_key"], row["row_number"], row["reason"]))
    expected = json_lines(EXPECTED / "rejected_rows.jsonl")
    assert sorted(rejected) == sorted(tuple(row.values()) for row in expected)


def test_the_archive_holds_every_good_stream_file_unchanged(sandbox: Sandbox, delivered: Observation) -> None:
    archived = {archive_name(key): sandbox.read(f"archive/{key}") for key in delivered.below("archive/")}
    assert archived == {name: sample_bytes()[f"user_streams/{name}"] for name in good_names()}


def test_landing_holds_no_stream_file_any_more_and_songs_and_users_stay(delivered: Observation) -> None:
    stay = [name for name in sample_bytes() if not name.startswith("user_streams/")]
    assert sorted(delivered.below("spotify_data/")) == sorted([*stay, FOLDER_MARKER])


def test_nothing_temporary_is_left(delivered: Observation) -> None:
    assert temporary(delivered) == []


def test_the_catalog_knows_every_data_set_and_its_dates(sample: SampleSandbox) -> None:
    all_days = {"2024-06-25", "2024-06-26", "2024-06-27"}
    assert sample.partitions == {
        "listens": all_days,
        "track_level_reports": all_days,
        "musicstreamingkpis": all_days,
        "topsongsbygenre": all_days - {"2024-06-27"},
        "topgenresbyday": all_days - {"2024-06-27"},
        "genredailykpis": all_days - {"2024-06-27"},
    }


@pytest.mark.usefixtures("delivered")
@pytest.mark.parametrize("job", LOGGED)
def test_each_jobs_log_is_in_cloudwatch(sandbox: Sandbox, job: str) -> None:
    group, line = LOGGED[job]
    logs = sandbox.client("logs")
    messages = [
        event["message"]
        for run in sandbox.glue.get_job_runs(JobName=job)["JobRuns"]
        for event in logs.get_log_events(logGroupName=group, logStreamName=run["Id"], startFromHead=True)[
            "events"
        ]
    ]
    assert line in "".join(messages)


@pytest.mark.usefixtures("delivered")
def test_each_jobs_log_is_readable_in_airflow(sandbox: Sandbox) -> None:
    logs = [
        sandbox.airflow.task_log(run.dag_id, run.run_id, "validate_input_files")
        for run in sandbox.runs()
        if "validate_input_files" in sandbox.succeeded(run)
    ]
    assert "12_binary_junk.csv" in "".join(logs)


def test_every_task_succeeded_and_the_other_branch_was_skipped(delivered: Observation) -> None:
    assert delivered.tasks == ALL_SUCCEEDED
