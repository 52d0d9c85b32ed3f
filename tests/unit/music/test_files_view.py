"""What became of the files of a run, as people read it: a run of many files is not a page for each."""

from __future__ import annotations

import io
from typing import Any

from glue_sandbox.terminal.console import out
from glue_sandbox.terminal.visible_text import VisibleConsole
from music.runs.delivered import Delivered
from music.runs.files_view import MOST_FILES, files, refused


def delivered(name: str, row: dict[str, Any]) -> Delivered:
    return Delivered({"key": f"spotify_data/user_streams/{name}", "etag": "e", "kind": "streams"}, row)


def rows(count: int) -> list[Delivered]:
    row = {"rows": 2, "rejected_reasons": {"field_count": 1}}
    return [delivered(f"{n}.csv", row) for n in range(count)]


def test_of_many_files_the_first_are_shown_and_the_others_counted() -> None:
    for table in (files, refused):
        with out.capture() as shown:
            table(rows(MOST_FILES + 1200), "run b1", "make kpis ALL=1").show()
        lines = shown.get().splitlines()
        assert "of run b1" in lines[0]
        assert sum("user_streams/" in line for line in lines) == MOST_FILES
        assert lines[-1] == "… and 1,200 more files: make kpis ALL=1"


def test_all_of_them_are_shown_when_wanted() -> None:
    assert len(files(rows(MOST_FILES + 1), "2 runs", "").rows) == MOST_FILES + 1
    assert files(rows(MOST_FILES), "run b1", "make kpis ALL=1").note == ""


def test_where_room_is_short_the_rows_stay_longest_and_what_is_left_out_is_named() -> None:
    states = dict.fromkeys(("validation_status", "kpi_ingestion_status", "archival_status"), "SUCCESS")
    counts = dict.fromkeys(("new_listens", "duplicate_rows", "rejected_rows"), 1)
    row = delivered("12_a_rather_long_name.csv", {"rows": 2, **counts, **states})
    shown = io.StringIO()
    files([row], "run b1", "").show(VisibleConsole(file=shown, width=85))
    _, headings, _, *below = shown.getvalue().splitlines()
    assert headings.split() == ["FILE", "ROWS", "REJECTED", "CHECKED", "IN", "KPIS", "ARCHIVED"]
    assert below == ["in a wider terminal: NEW, AGAIN"]
