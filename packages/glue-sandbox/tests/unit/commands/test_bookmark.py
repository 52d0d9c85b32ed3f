"""`glue-sandbox bookmark …` says what a job counts as read, and what to type when there is none."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from glue_sandbox.errors import SandboxError
from glue_sandbox.jobs import bookmarks
from glue_sandbox.settings import Settings

TIMES = {"CURR_RUN_START_TIME": "2024-06-25T10:00:00.999Z", "RUN": "1"}
FILES = {"jsonClass": "HadoopDataSourceJobBookmarkState", "timestamps": TIMES}
ROWS = {
    "jsonClass": "JdbcDataSourceJobBookmarkState",
    "timestamps": {"RUN": "1"},
    "keys": ["day", "id"],
    "values": ["2024-06-25", "7"],
}


class Glue:
    """Glue's answers to questions about bookmarks."""

    def __init__(self, elements: dict[str, Any] | None) -> None:
        self.elements = elements
        self.requests: list[dict[str, Any]] = []

    def get_job_bookmark(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        if self.elements is None:
            error: Any = {"Code": "EntityNotFoundException", "Message": "Continuation for job j not found"}
            raise ClientError({"Error": error}, "GetJobBookmark")
        entry = {"Version": 4, "Run": 3, "RunId": "jr_2", "JobBookmark": json.dumps(self.elements)}
        return {"JobBookmarkEntry": entry}

    reset_job_bookmark = get_job_bookmark

    def get_paginator(self, _: str) -> Glue:
        return self

    def paginate(self, JobName: str) -> list[dict[str, Any]]:  # noqa: N803
        return [{"JobRuns": [{"JobName": JobName, "Id": each} for each in ("jr_1f00", "jr_2f00")]}]


@pytest.fixture
def glue(monkeypatch: pytest.MonkeyPatch) -> Glue:
    glue = Glue({"*": FILES, "songs": FILES, "plays": ROWS})
    monkeypatch.setattr(bookmarks, "must_run", lambda _: {})
    monkeypatch.setattr(bookmarks, "client", lambda *_: glue)
    return glue


def test_each_source_is_shown_with_what_it_has_read(glue: Glue, capsys: pytest.CaptureFixture[str]) -> None:
    bookmarks.show_bookmark(Settings(), "j")
    assert capsys.readouterr().out == (
        "j: version 4, run 3, last run jr_2\n"
        "  any source of files: files up to 2024-06-25T10:00:00.999Z\n"
        "  songs: files up to 2024-06-25T10:00:00.999Z\n"
        "  plays: rows up to day 2024-06-25, id 7\n"
    )


def test_a_reset_may_go_back_to_a_run(glue: Glue, capsys: pytest.CaptureFixture[str]) -> None:
    glue.elements = {}
    bookmarks.reset_bookmark(Settings(), "j", None)
    bookmarks.reset_bookmark(Settings(), "j", "jr_1")
    assert glue.requests == [{"JobName": "j"}, {"JobName": "j", "RunId": "jr_1f00"}]
    assert capsys.readouterr().out.count("nothing counts as read") == 2


def test_a_job_without_a_bookmark_is_three_facts(glue: Glue) -> None:
    glue.elements = None
    with pytest.raises(SandboxError) as caught:
        bookmarks.show_bookmark(Settings(), "j")
    error = caught.value
    assert (error.expected, error.found, error.next_command) == (
        "a bookmark of the job j",
        "Continuation for job j not found",
        'make run JOB=j ARGS="--job-bookmark-option job-bookmark-enable"',
    )


def test_set_returns_when_new_files_bear_a_later_second(
    glue: Glue, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    until = int(time.time()) * 1000 + 999
    asked: list[dict[str, Any]] = []

    class Service:
        def __init__(self, session: Any, endpoint_url: str) -> None:
            assert (session.region_name, endpoint_url) == (Settings().region, Settings().endpoint_url)

        def ask(self, request: dict[str, Any]) -> dict[str, Any]:
            asked.append(request)
            return {"ReadUntil": until, "Elements": {"*": FILES, "plays": ROWS}}

    monkeypatch.setattr(bookmarks, "BookmarkService", Service)
    bookmarks.set_bookmark_to_now(Settings(), "j")
    assert time.time() * 1000 > until
    assert asked == [{"JobName": "j", "Action": "set"}]
    assert capsys.readouterr().out == (
        "j: every file that is there now counts as read\n"
        "  plays: a database, unchanged: its rows do not say when they came\n"
    )
