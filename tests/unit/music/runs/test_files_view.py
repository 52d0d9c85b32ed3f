"""What became of the files of a run, as people read it: a run of many files is not a page for each."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from deliveries import ROOT

from glue_sandbox.terminal.console import out
from glue_sandbox.terminal.visible_text import VisibleConsole
from music.runs.chosen import ChosenRuns
from music.runs.delivered import Delivered
from music.runs.files_view import MOST_FILES, files, refused, state_of, summary

RUN = ChosenRuns([{"batch_id": "b1", "files": []}])
STATES = ("validation_status", "kpi_ingestion_status", "archival_status")
GOOD = dict.fromkeys(STATES, "SUCCESS")


def delivered(name: str, row: dict[str, Any]) -> Delivered:
    return Delivered({"key": f"spotify_data/user_streams/{name}", "etag": "e", "kind": "streams"}, row)


def rows(count: int) -> list[Delivered]:
    row = {"rows": 2, "rejected_rows": 1, "rejected_reasons": {"field_count": 1}}
    return [delivered(f"{n}.csv", row) for n in range(count)]


def test_of_many_files_the_first_are_shown_and_the_others_counted() -> None:
    for table in (files, refused):
        with out.capture() as shown:
            table(rows(MOST_FILES + 1200), RUN, "make kpis ALL=1").show()
        lines = shown.get().splitlines()
        assert "of run b1" in lines[0]
        assert sum("user_streams/" in line for line in lines) == MOST_FILES
        assert lines[-1] == "… and 1,200 more files: make kpis ALL=1"


def test_all_of_them_are_shown_when_wanted() -> None:
    assert len(files(rows(MOST_FILES + 1), RUN, "").rows) == MOST_FILES + 1
    assert files(rows(MOST_FILES), RUN, "make kpis ALL=1").note == ""


def test_where_room_is_short_state_and_rows_stay_longest_and_what_is_left_out_is_named() -> None:
    counts = dict.fromkeys(("new_listens", "duplicate_rows", "rejected_rows"), 1)
    row = delivered(f"{'x' * 24}.csv", {"rows": 2, **counts, **GOOD})
    shown = io.StringIO()
    files([row], RUN, "").show(VisibleConsole(file=shown, width=80))
    _, headings, _, *below = shown.getvalue().splitlines()
    assert headings.split() == ["FILE", "STATE", "ROWS", "REJECTED"]
    assert below == ["in a wider terminal: NEW, AGAIN"]


@pytest.mark.parametrize(
    ("row", "kind", "state"),
    [
        (GOOD, "streams", "in KPIs, archived"),
        ({**GOOD, "archival_status": "PENDING"}, "streams", "in KPIs"),
        ({**GOOD, "archival_status": "FAILED"}, "streams", "failed"),
        ({**GOOD, "archival_status": "PENDING", "failed_step": "x"}, "streams", "failed"),
        ({"validation_status": "SUCCESS"}, "streams", "waiting"),
        ({"validation_status": "SUCCESS"}, "songs", "read by every run"),
        ({"validation_status": "FAILED"}, "users", "refused"),
        ({}, "streams", "waiting"),
    ],
)
def test_one_word_says_how_far_a_file_came(row: dict[str, Any], kind: str, state: str) -> None:
    assert state_of(Delivered({"key": "k", "etag": "e", "kind": kind}, row)) == state


def test_the_pages_words_for_it_are_the_same() -> None:
    page = (ROOT / "infra/lambdas/kpi_api/static/pipeline.js").read_text(encoding="utf-8")
    _, _, code = page.partition("function stateOf(file)")
    words = re.findall(r'return \["([^"]+)"', code.partition("\n}")[0])
    assert words == ["refused", "failed", "in KPIs, archived", "in KPIs", "waiting"]


def test_a_run_is_told_in_a_line() -> None:
    bad = delivered("bad.csv", {"validation_status": "FAILED"})
    assert summary([bad, *rows(2)], RUN) == "Files of run b1: 3 delivered, 1 refused; 2 rows rejected"
    assert summary([delivered("a.csv", GOOD)], RUN) == "Files of run b1: 1 delivered, none refused"
    assert summary([], RUN) == "Files of run b1: none of its own"
