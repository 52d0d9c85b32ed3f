"""A file that was replaced since is shown as its own run left it, and its refused rows stay in view."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from music.reports.rejected import refused_of
from music.runs.delivered import Delivered, read_delivered
from music_streams.deliveries.file_counts import FileCounts
from music_streams.deliveries.manifest import DeliveredFile
from music_streams.step_results import Calculated, CountedFile, RefusedFile, StagedFile, Validated

SONGS = "spotify_data/songs/songs.csv"


def delivery(key: str, etag: str, day: int, kind: str = "songs") -> DeliveredFile:
    return DeliveredFile(key, etag, 10, f"2024-06-{day}T10:00:00Z", kind)


OLD, NEW = delivery(SONGS, "old", 25), delivery(SONGS, "new", 26)
OLD_IN_MANIFEST, NEW_IN_MANIFEST = vars(OLD), vars(NEW)
LEDGER_ROW = {"file_key": SONGS, "etag": "new", "delivered_at": NEW.last_modified, "rows": 9}


class Reader:
    """A ledger whose row is of the new songs file, and what two runs have left."""

    def __init__(self, *left: Validated | Calculated, ledger: tuple[dict[str, Any], ...] = (LEDGER_ROW,)):
        self._left = {(result.batch_id, type(result)): result for result in left}
        self._ledger = {row["file_key"]: row for row in ledger}

    def ledger(self, keys: list[str]) -> list[dict[str, Any]]:
        return [self._ledger[key] for key in keys if key in self._ledger]

    def step_result(self, batch_id: str, of: Any) -> Any:
        return self._left.get((batch_id, of))

    def rejected_rows(self, file: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield {"row_number": 1, "reason": f"of_{file['etag']}", "raw": "x"}


def manifest(batch_id: str, *files: dict[str, Any]) -> dict[str, Any]:
    return {"batch_id": batch_id, "files": list(files)}


BOTH_RUNS = [manifest("b1", OLD_IN_MANIFEST), manifest("b2", NEW_IN_MANIFEST)]
VALIDATED = Validated("b1", (StagedFile(OLD, 5, "s"),))
CALCULATED = Calculated(
    "b1", reference_files=(CountedFile(StagedFile(OLD, 5, "s"), FileCounts(5, 2, {"no_name": 2})),)
)
COUNTED = {
    **{"rows": 5, "rejected_rows": 2, "rejected_reasons": {"no_name": 2}},
    "validation_status": "SUCCESS",
}


def read(reader: Any, *manifests: dict[str, Any]) -> list[Delivered]:
    return read_delivered(reader, manifests)


def test_an_earlier_run_shows_what_it_left_and_not_the_present_row() -> None:
    reader = Reader(VALIDATED, CALCULATED)
    assert read(reader, BOTH_RUNS[0]) == [Delivered(OLD_IN_MANIFEST, COUNTED, is_earlier=True)]
    assert read(reader, BOTH_RUNS[1]) == [Delivered(NEW_IN_MANIFEST, LEDGER_ROW)]


def test_of_all_runs_both_deliveries_are_shown_and_told_apart() -> None:
    # A later run that failed before it counted takes nothing away.
    again = manifest("b1_again", OLD_IN_MANIFEST)
    found = read(Reader(VALIDATED, CALCULATED), BOTH_RUNS[0], again, BOTH_RUNS[1])
    assert [(each.name, each.row) for each in found] == [
        ("songs/songs.csv (earlier delivery)", COUNTED),
        ("songs/songs.csv", LEDGER_ROW),
    ]


def test_what_a_run_counted_of_songs_stays_while_a_later_run_has_not_counted_them_again() -> None:
    afresh = {"file_key": SONGS, "etag": "old", "delivered_at": OLD.last_modified, "rows": 5}
    afresh |= {"validation_status": "SUCCESS", "batch_id": "b2"}
    later = Validated("b2", (StagedFile(OLD, 5, "s", is_read_again=True),))
    reader = Reader(VALIDATED, CALCULATED, later, ledger=(afresh,))
    for manifests in ([BOTH_RUNS[0]], [BOTH_RUNS[0], manifest("b2", OLD_IN_MANIFEST)]):
        assert read(reader, *manifests) == [Delivered(OLD_IN_MANIFEST, {**COUNTED, **afresh})]

    counted_again = {**afresh, "rejected_rows": 1}
    again = Reader(VALIDATED, CALCULATED, ledger=(counted_again,))
    assert read(again, BOTH_RUNS[0]) == [Delivered(OLD_IN_MANIFEST, counted_again)]

    bad = Validated("b1", (), (RefusedFile(OLD, "unreadable: for a moment"),))
    assert read(Reader(bad, ledger=(afresh,)), BOTH_RUNS[0]) == [Delivered(OLD_IN_MANIFEST, afresh)]
    refused = {**afresh, "validation_status": "FAILED", "error": "no_rows"}
    assert read(Reader(CALCULATED, ledger=(refused,)), BOTH_RUNS[0]) == [Delivered(OLD_IN_MANIFEST, refused)]


def test_what_a_run_counted_of_an_earlier_file_is_not_hidden_by_a_later_run_that_failed() -> None:
    later = Validated("b1_again", (StagedFile(OLD, 5, "s", is_read_again=True),))
    found = read(Reader(VALIDATED, CALCULATED, later), BOTH_RUNS[0], manifest("b1_again", OLD_IN_MANIFEST))
    assert found == [Delivered(OLD_IN_MANIFEST, COUNTED, is_earlier=True)]


def test_an_earlier_file_that_was_refused_or_not_counted_shows_how_far_it_came() -> None:
    def row_with(*left: Validated) -> dict[str, Any]:
        (found,) = read(Reader(*left), BOTH_RUNS[0])
        return found.row

    bad = Validated("b1", (StagedFile(OLD, 5, "s", "reference/copy"),), (RefusedFile(OLD, "no_rows"),))
    assert row_with(bad) == {"validation_status": "FAILED", "error": "no_rows"}
    assert row_with(VALIDATED) == {"rows": 5, "validation_status": "SUCCESS"}
    assert row_with() == {}


def test_a_file_that_is_not_recorded_yet_is_no_earlier_one() -> None:
    present = {**LEDGER_ROW, "etag": "old", "delivered_at": OLD.last_modified}
    assert read(Reader(ledger=(present,)), BOTH_RUNS[1]) == []
    assert read(Reader(ledger=()), *BOTH_RUNS) == []


def test_refused_rows_of_all_runs_have_those_of_each_run() -> None:
    reader: Any = Reader(VALIDATED, CALCULATED)
    alone = [[each.reason for each in refused_of(reader, [run])] for run in BOTH_RUNS]
    assert alone == [["of_old"], ["of_new"]]
    together = [(each.delivered.name, each.reason) for each in refused_of(reader, BOTH_RUNS)]
    assert together == [("songs/songs.csv", "of_new"), ("songs/songs.csv (earlier delivery)", "of_old")]
