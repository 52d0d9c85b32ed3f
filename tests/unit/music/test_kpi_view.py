"""What became of the files of a run, as people read it: a run of many files is not a page for each."""

from __future__ import annotations

from typing import Any

from glue_sandbox.console import out
from music.kpis.view import MOST_FILES, files, refused


def rows(count: int) -> list[dict[str, Any]]:
    return [
        {"file_key": f"spotify_data/user_streams/{n}.csv", "rows": 2, "rejected_reasons": {"field_count": 1}}
        for n in range(count)
    ]


def test_of_many_files_the_first_are_shown_and_the_others_counted() -> None:
    for table in (files(rows(MOST_FILES + 1200)), refused(rows(MOST_FILES + 1200))):
        with out.capture() as shown:
            out.print(table)
        lines = shown.get().splitlines()
        assert sum("user_streams/" in line for line in lines) == MOST_FILES
        assert "… and 1,200 more files" in lines[-1]
    few = files(rows(MOST_FILES))
    assert few.row_count == MOST_FILES
