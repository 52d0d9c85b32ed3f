"""What became of the files of a run, as people read it: a run of many files is not a page for each."""

from __future__ import annotations

from typing import Any

from glue_sandbox.terminal.console import out
from music.runs.files_view import MOST_FILES, files, refused


def rows(count: int) -> list[dict[str, Any]]:
    return [
        {"file_key": f"spotify_data/user_streams/{n}.csv", "rows": 2, "rejected_reasons": {"field_count": 1}}
        for n in range(count)
    ]


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
