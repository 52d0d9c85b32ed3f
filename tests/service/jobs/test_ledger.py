"""One row per delivered object in a real DynamoDB API: fresh for another object, kept for a repeated step."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from service.jobs.pipeline import STREAMS, Pipeline

from music_streams.contracts import LEDGER_TABLE
from music_streams.deliveries.file_counts import FileCounts
from music_streams.deliveries.manifest import DeliveredFile
from music_streams.ledger import Ledger
from music_streams.threads import in_threads

FILE = DeliveredFile(f"{STREAMS}a.csv", "e1", 5, "2024-06-25T17:43:13Z", "streams")


@pytest.fixture
def ledger(pipeline: Pipeline) -> Ledger:
    return Ledger(pipeline.dynamodb, pipeline.tables[LEDGER_TABLE], "b1")


def statuses(ledger: Ledger, file: DeliveredFile = FILE) -> tuple[object, ...]:
    row = ledger.row(file.key)
    assert row is not None
    names = ("etag", "validation_status", "kpi_ingestion_status", "archival_status", "error")
    return tuple(row.get(name) for name in names)


def finish(ledger: Ledger, file: DeliveredFile = FILE) -> None:
    ledger.validated(file, rows=3)
    ledger.counted({file: FileCounts(3, 1, {"field_count": 1})})
    ledger.ingested([file])
    ledger.archived([file])


def test_a_streams_file_goes_from_pending_to_success(ledger: Ledger) -> None:
    assert ledger.row(FILE.key) is None
    ledger.validated(FILE, rows=3)
    assert statuses(ledger) == ("e1", "SUCCESS", "PENDING", "PENDING", None)
    finish(ledger)
    assert statuses(ledger) == ("e1", "SUCCESS", "SUCCESS", "SUCCESS", None)
    row = ledger.row(FILE.key) or {}
    assert {name for name in row if name.endswith("_at")} == {
        *("delivered_at", "validated_at", "ingested_at", "archived_at")
    }
    assert (row["rows"], row["rejected_reasons"], row["batch_id"]) == (3, {"field_count": 1}, "b1")


def test_a_repeated_validation_keeps_what_later_steps_recorded(ledger: Ledger) -> None:
    finish(ledger)
    ledger.validated(FILE, rows=3)
    assert statuses(ledger) == ("e1", "SUCCESS", "SUCCESS", "SUCCESS", None)


@pytest.mark.parametrize("etag", ["e2", "e1"], ids=["other content", "same content, other run"])
def test_another_delivery_starts_its_row_afresh(pipeline: Pipeline, ledger: Ledger, etag: str) -> None:
    finish(ledger)
    again = replace(FILE, last_modified="2024-06-26T00:00:00Z", etag=etag)
    Ledger(pipeline.dynamodb, pipeline.tables[LEDGER_TABLE], "b2").validated(again, rows=4)
    assert statuses(ledger) == (again.etag, "SUCCESS", "PENDING", "PENDING", None)
    assert "rejected_rows" not in (ledger.row(FILE.key) or {})


def test_an_older_run_does_not_speak_for_a_later_delivery(pipeline: Pipeline, ledger: Ledger) -> None:
    later = replace(FILE, etag="e2", last_modified="2024-06-26T00:00:00Z")
    Ledger(pipeline.dynamodb, pipeline.tables[LEDGER_TABLE], "b2").validated(later, rows=4)
    ledger.validated(FILE, rows=3)
    ledger.counted({FILE: FileCounts(3, 0, {})})
    ledger.ingested([FILE])
    ledger.archived([FILE])
    assert statuses(ledger) == ("e2", "SUCCESS", "PENDING", "PENDING", None)


def test_many_rows_change_together_but_for_those_of_later_deliveries(
    pipeline: Pipeline, ledger: Ledger
) -> None:
    files = [replace(FILE, key=f"{STREAMS}{number}.csv") for number in range(230)]
    in_threads(lambda file: ledger.validated(file, rows=3), files)
    later = replace(files[7], etag="e2", last_modified="2024-06-26T00:00:00Z")
    Ledger(pipeline.dynamodb, pipeline.tables[LEDGER_TABLE], "b2").validated(later, rows=4)

    ledger.ingested(files)
    rows = ledger.rows_of([*(file.key for file in files), f"{STREAMS}none.csv"])
    assert rows.keys() == {file.key for file in files}
    found = Counter((row["etag"], row["kpi_ingestion_status"]) for row in rows.values())
    assert found == {("e1", "SUCCESS"): 229, ("e2", "PENDING"): 1}


def test_a_bad_file_and_reference_files_have_no_status_of_steps_they_never_reach(ledger: Ledger) -> None:
    songs = replace(FILE, key="spotify_data/songs/s.csv", kind="songs")
    ledger.validated(songs, rows=9)
    assert statuses(ledger, songs) == ("e1", "SUCCESS", None, None, None)
    ledger.validated(FILE, rows=0, problem="empty_file: found nothing")
    assert statuses(ledger) == ("e1", "FAILED", None, None, "empty_file: found nothing")


def test_a_problem_is_recorded_and_cleared_by_success(ledger: Ledger) -> None:
    ledger.validated(FILE, rows=3)
    ledger.ingested([FILE], problem="x")
    assert statuses(ledger) == ("e1", "SUCCESS", "FAILED", "PENDING", "x")
    ledger.ingested([FILE])
    assert statuses(ledger) == ("e1", "SUCCESS", "SUCCESS", "PENDING", None)


def failure(ledger: Ledger) -> tuple[object, ...]:
    row = ledger.row(FILE.key) or {}
    return tuple(row.get(name) for name in ("failed_step", "error", "what_next"))


def test_a_failed_step_is_recorded_before_and_after_the_file_checks_and_cleared_by_success(
    ledger: Ledger,
) -> None:
    recorded = ("a_step", "x" * 1000, "wait")
    ledger.step_failed(FILE, "a_step", "x" * 2000, "wait")
    assert failure(ledger) == recorded
    assert statuses(ledger)[:4] == ("e1", "PENDING", "PENDING", "PENDING")
    for success in (
        lambda: ledger.validated(FILE, rows=3),
        lambda: ledger.counted({FILE: FileCounts(3, 0, {})}),
        lambda: ledger.ingested([FILE]),
        lambda: ledger.archived([FILE]),
    ):
        success()  # type: ignore[no-untyped-call]
        assert failure(ledger) == (None, None, None)
        ledger.step_failed(FILE, "a_step", "x" * 2000, "wait")
        is_done = statuses(ledger)[3] == "SUCCESS"
        assert failure(ledger) == ((None, None, None) if is_done else recorded)
    assert is_done, "a record that came after that was no news"


def test_a_failed_step_changes_no_row_of_a_refused_or_a_replaced_file(
    pipeline: Pipeline, ledger: Ledger
) -> None:
    ledger.validated(FILE, rows=0, problem="empty_file: found nothing")
    ledger.step_failed(FILE, "a_step", "x", "wait")
    assert failure(ledger) == (None, "empty_file: found nothing", None)
    later = replace(FILE, etag="e2", last_modified="2024-06-26T00:00:00Z")
    Ledger(pipeline.dynamodb, pipeline.tables[LEDGER_TABLE], "b2").validated(later, rows=4)
    ledger.step_failed(FILE, "a_step", "x", "wait")
    assert failure(ledger) == (None, None, None)
    assert statuses(ledger)[0] == "e2"
