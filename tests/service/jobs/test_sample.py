"""The sample, nasty on purpose, gives what was worked out by hand; every bad input has its outcome."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest
from oracle import differences
from service.jobs.pipeline import JOBS, STREAMS, Pipeline

SEED = Path(__file__).parents[3] / "seed"


MARKER = f"{STREAMS}sub/"


def expected(name: str) -> list[dict[str, Any]]:
    lines = (SEED / "expected" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line, parse_float=Decimal) for line in lines]


@pytest.fixture(scope="module")
def ran(aws: None) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        pipeline = Pipeline(patch)
        pipeline.deliver_folder(SEED / "sample")
        pipeline.deliver(MARKER, b"")
        pipeline.run("b1")
        yield pipeline


def test_every_item_of_every_table_is_as_worked_by_hand(ran: Pipeline) -> None:
    for table, items in ran.kpis().items():
        assert differences(table, expected(table), items) == []


def test_every_delivered_file_has_its_row_in_the_ledger(ran: Pipeline) -> None:
    found = ran.ledger()
    wanted = {row["file_key"]: row for row in expected("FileValidationMetadata")}
    wanted[MARKER] = {"kind": "folder_marker", "rows": 0, "validation_status": "SUCCESS"}
    assert found.keys() == wanted.keys()
    for key, row in wanted.items():
        error = row.pop("error", None)
        assert {name: found[key].get(name) for name in row} == row, key
        assert found[key].get("error", "").startswith(f"{error}: " if error else ""), key
        assert "kpi_ingestion_status" in found[key] or row["kind"] != "streams" or error, key


def test_the_jobs_have_published_metrics_of_all_that_they_did(ran: Pipeline) -> None:
    """CloudWatch is this emulator's own, where other tests' runs count, too: there are at least these."""
    cloudwatch = boto3.client("cloudwatch")
    metrics = cloudwatch.list_metrics(Namespace="MusicStreams")["Metrics"]
    steps = {d["Value"] for metric in metrics for d in metric["Dimensions"] if d["Name"] == "Step"}
    reasons = {d["Value"] for metric in metrics for d in metric["Dimensions"] if d["Name"] == "Reason"}
    assert {metric["MetricName"] for metric in metrics} == {
        *("FilesProcessed", "FilesRefused", "RefusedShare", "RowsAccepted", "RowsRejected", "DaysTouched"),
        *("ItemsWritten", "ItemsRemoved", "LandingToKpiSeconds", "RunSeconds", "RunsSucceeded"),
    }
    assert steps == set(JOBS)
    assert reasons >= {reason for _, _, _, reason in ran.rejected()}
    now = datetime.now(UTC)
    points = cloudwatch.get_metric_statistics(
        Namespace="MusicStreams",
        MetricName="FilesRefused",
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(minutes=1),
        Period=3600,
        Statistics=["Sum"],
    )["Datapoints"]
    refused = [row for row in expected("FileValidationMetadata") if row["validation_status"] == "FAILED"]
    assert sum(point["Sum"] for point in points) >= len(refused) > 0


def test_every_rejected_row_is_kept_with_its_reason(ran: Pipeline) -> None:
    wanted = [
        tuple(row[n] for n in ("kind", "source_key", "row_number", "reason"))
        for row in expected("rejected_rows")
    ]
    assert sorted(ran.rejected()) == sorted(wanted)


def test_good_files_are_archived_bad_ones_explained_and_nothing_else_is_left(ran: Pipeline) -> None:
    rows = [row for row in expected("FileValidationMetadata") if row["kind"] == "streams"]
    bad = sorted(row["file_key"].removeprefix("spotify_data/") for row in rows if "error" in row)
    errors = ran.keys("error/")
    assert sorted(key.removeprefix("error/") for key in errors if not key.endswith(".reason.json")) == bad
    assert sorted(key.removeprefix("error/") for key in errors) == sorted(
        bad + [f"{key}.reason.json" for key in bad]
    )
    assert len(ran.keys("archive/")) == len(rows) - len(bad)
    assert ran.keys("spotify_data/user_streams/") == [f"{STREAMS}sub/"]
    assert ran.keys("staging/") == ran.keys("pending/") == []
    assert len(ran.keys("spotify_data/songs/")) + len(ran.keys("spotify_data/users/")) == 3


def test_curated_is_parquet_by_date_and_output_one_file_a_table_and_date(ran: Pipeline) -> None:
    dates = {key.split("/")[2] for key in ran.keys("curated/listens/")}
    assert dates == {f"listen_date=2024-06-{day}" for day in (25, 26, 27)}
    assert all(key.endswith(".parquet") for key in ran.keys("curated/"))
    tables_of_three_days = [key for key in ran.keys("output/") if "/track_level_reports/" in key]
    assert len(tables_of_three_days) == 3


def test_the_audit_finds_no_disagreement(ran: Pipeline) -> None:
    assert ran.disagreements() == {}


def test_a_second_trigger_finds_nothing_to_do(ran: Pipeline) -> None:
    assert not ran.freeze("b2")
    assert "manifests/b2.json" not in ran.keys("manifests/")


def test_repeating_every_step_of_the_run_changes_nothing(ran: Pipeline) -> None:
    before, kpis = {key: ran.text(key) for key in _text_keys(ran)}, ran.kpis()
    for name in (
        "validate_input_files",
        "calculate_metrics_etl",
        "insert_metrics_dynamo",
        "archive_streams_files",
    ):
        ran.job(name, "b1")
    assert {key: ran.text(key) for key in _text_keys(ran)} == before
    for table, items in ran.kpis().items():
        assert differences(table, kpis[table], items) == []


def _text_keys(ran: Pipeline) -> list[str]:
    return [
        key for folder in ("output/", "loaded/", "rejected/", "batches/b1/calc") for key in ran.keys(folder)
    ]
