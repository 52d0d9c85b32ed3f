"""Which run a report is of, and that songs and users files are those of the first run that had them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from glue_sandbox.errors import SandboxError
from music.runs.chosen import ChosenRuns, about_earlier_files, choose_runs


def file(name: str, kind: str = "streams", etag: str = "e") -> dict[str, str]:
    return {"key": f"spotify_data/{name}", "kind": kind, "etag": etag}


SONGS, USERS, MARKER = file("songs.csv", "songs"), file("users.csv", "users"), file("songs/", "folder_marker")
NEW_SONGS = file("songs.csv", "songs", "another")
SAMPLE = {"batch_id": "sample", "files": [file("1.csv"), SONGS, USERS, MARKER]}
OWN = {"batch_id": "own", "files": [file("my.csv"), file("waits.csv"), SONGS, USERS, MARKER]}
AGAIN = {"batch_id": "again", "files": [file("waits.csv"), NEW_SONGS, USERS, MARKER]}
RECOMPUTE = {"batch_id": "recompute", "files": [NEW_SONGS, USERS, MARKER]}


class Reader:
    """Manifests of runs, oldest first; those that were read one by one are remembered."""

    def __init__(self, *runs: dict[str, Any]) -> None:
        self._runs = list(runs)
        self.read: list[str] = []

    def manifests(self) -> list[dict[str, Any]]:
        return self._runs

    def manifests_up_to(self, batch_id: str | None = None) -> Iterator[dict[str, Any]]:
        newest_first = self._runs[::-1]
        names = [each["batch_id"] for each in newest_first]
        if batch_id is None or batch_id in names:
            for each in newest_first[names.index(batch_id) if batch_id else 0 :]:
                self.read.append(each["batch_id"])
                yield each


def chosen(reader: Reader, run: str | None = None, show_all: bool = False) -> ChosenRuns:
    return choose_runs(reader, run, show_all)  # type: ignore[arg-type]


def test_ones_own_run_has_ones_own_files_and_not_those_of_the_sample() -> None:
    found = chosen(Reader(SAMPLE, OWN))
    assert found == ChosenRuns([{"batch_id": "own", "files": [file("my.csv"), file("waits.csv")]}], 2)
    assert found.named == "run own"
    said = "left out: 2 songs or users files that came before this run, as every run reads them"
    assert about_earlier_files(found) == said


def test_the_first_run_has_all_its_files() -> None:
    assert chosen(Reader(SAMPLE, OWN), "sample") == ChosenRuns([SAMPLE])


def test_a_stream_file_that_waited_and_songs_that_were_replaced_are_a_runs_own() -> None:
    files = [file("waits.csv"), NEW_SONGS]
    assert chosen(Reader(SAMPLE, OWN, AGAIN)) == ChosenRuns([{"batch_id": "again", "files": files}], 1)


def test_a_recompute_is_passed_over_for_the_latest_run_that_had_files_of_its_own() -> None:
    reader = Reader(SAMPLE, OWN, AGAIN, RECOMPUTE)
    assert chosen(reader).named == "run again"
    assert reader.read == ["recompute", "again", "own"]
    assert chosen(reader, "recompute").manifests[0]["files"] == []
    assert chosen(Reader(RECOMPUTE | {"files": []})).named == "run recompute"


def test_all_runs_are_whole() -> None:
    found = chosen(Reader(SAMPLE, OWN), show_all=True)
    assert (found, found.named) == (ChosenRuns([SAMPLE, OWN]), "2 runs")


def test_without_a_run_there_is_none_and_one_that_is_asked_for_is_said_to_be_missing() -> None:
    assert chosen(Reader()) == ChosenRuns([])
    with pytest.raises(SandboxError, match="expected a run that had files; found RUN=x"):
        chosen(Reader(SAMPLE), "x")
