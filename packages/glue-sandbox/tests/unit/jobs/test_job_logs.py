"""`make logs` shows jobs' output by job and run, and of the services what is wrong; ALL=1 shows the rest."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from glue_sandbox.jobs import job_logs
from glue_sandbox.jobs.job_logs import JobLogs
from glue_sandbox.processes.logs import is_problem, show
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import out

RUN = "jr_0123456789abcdef"
EARLIER = "jr_123456789abcdef0"


class FakeGlue:
    def get_paginator(self, _: str) -> FakeGlue:
        return self

    def paginate(self, JobName: str = "") -> list[dict[str, Any]]:  # noqa: N803
        return [{"Jobs": [{"Name": "a_job"}, {"Name": "never_run"}], "JobRuns": self.runs_of(JobName)}]

    def get_job_runs(self, JobName: str, MaxResults: int) -> dict[str, Any]:  # noqa: N803
        return {"JobRuns": self.runs_of(JobName)[:MaxResults]}

    def runs_of(self, job: str) -> list[dict[str, Any]]:
        """The latest one first."""
        ids = [RUN, EARLIER] if job == "a_job" else []
        return [{"Id": each, "JobName": job, "LogGroupName": "g"} for each in ids]


class FakeLogs:
    """One page of events at a time; `later` comes after the first look."""

    class exceptions:  # noqa: N801
        ResourceNotFoundException = KeyError

    def __init__(self) -> None:
        self.pages = {"g/output": ["loading\nloaded\n"]}
        self.asked: list[str] = []
        self.streams: set[str] = set()

    def get_log_events(
        self,
        logGroupName: str,  # noqa: N803
        logStreamName: str,  # noqa: N803
        nextToken: str = "0",  # noqa: N803
        **_: Any,
    ) -> dict[str, Any]:
        self.streams.add(logStreamName)
        pages = self.pages[logGroupName]
        at = int(nextToken)
        events = [{"message": pages[at], "timestamp": len(self.asked)}] if at < len(pages) else []
        self.asked.append(logGroupName)
        return {"events": events, "nextForwardToken": str(at + len(events))}


def test_lines_are_named_by_job_and_run_and_come_once(monkeypatch: pytest.MonkeyPatch) -> None:
    logs = FakeLogs()
    monkeypatch.setattr(job_logs, "client", lambda _, name: FakeGlue() if name == "glue" else logs)
    jobs = JobLogs(Settings())
    assert list(jobs.new_lines()) == [("a_job jr_012345", "loading"), ("a_job jr_012345", "loaded")]
    assert list(jobs.new_lines()) == []
    logs.pages["g/error"] = ["ValueError: no\n"]
    assert list(jobs.new_lines()) == [("a_job jr_012345", "ValueError: no")]


def test_an_earlier_run_is_shown_by_the_begin_of_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    logs = FakeLogs()
    monkeypatch.setattr(job_logs, "client", lambda _, name: FakeGlue() if name == "glue" else logs)
    lines = list(JobLogs(Settings(), "jr_12").new_lines())
    assert lines == [("a_job jr_123456", "loading"), ("a_job jr_123456", "loaded")]
    assert logs.streams == {EARLIER}


def test_scripts_are_named_as_the_user_edits_them(monkeypatch: pytest.MonkeyPatch) -> None:
    logs = FakeLogs()
    copy = "/opt/glue/runs/driver-0a/script/calculate_metrics_etl.py"
    logs.pages["g/output"] = [f'  File "{copy}", line 3\n']
    monkeypatch.setattr(job_logs, "client", lambda _, name: FakeGlue() if name == "glue" else logs)
    shown = [line for _, line in JobLogs(Settings()).new_lines()]
    assert shown == ['  File "glue/jobs/calculate_metrics_etl.py", line 3']


class TimedLogs(FakeLogs):
    """What a job wrote to both of its streams, by the second."""

    def get_log_events(  # type: ignore[override]
        self,
        logGroupName: str,  # noqa: N803
        nextToken: str = "",  # noqa: N803
        **_: Any,
    ) -> dict[str, Any]:
        times = {"g/output": (1, 3), "g/error": (2, 4)}[logGroupName]
        events = [{"message": f"{logGroupName} {at}", "timestamp": at} for at in times]
        return {"events": [] if nextToken else events, "nextForwardToken": "end"}


def test_lines_are_in_the_order_in_which_they_were_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_logs, "client", lambda _, name: FakeGlue() if name == "glue" else TimedLogs())
    lines = [line for _, line in JobLogs(Settings()).new_lines()]
    assert lines == ["g/output 1", "g/error 2", "g/output 3", "g/error 4"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2026-11-29 12:00:00 INFO run jr_1 SUCCEEDED", False),
        ("2026-11-29 12:00:00 WARNING slow", True),
        ("[2026-11-29] {x.py:1} ERROR - no", True),
        ("Traceback (most recent call last):", True),
        ("KeyError: 'x'", True),
        ("no errors so far", False),
        ("[info     ] stderr │ WARN slow [glue_log_hook.GlueLogHook] loc=glue_log_hook.py:65", False),
        ("2026-11-29 12:00:00 WARNING [kms] cryptography package not installed; KMS Sign", False),
    ],
)
def test_what_is_wrong_is_told_by_its_level_or_an_exception(line: str, expected: bool) -> None:
    assert is_problem(line) is expected


def test_lines_of_services_are_in_the_order_in_which_they_were_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    (tmp_path / "a.log").write_text(
        "2026-11-30 13:00:01,5 ERROR third\nof two lines\n2026-11-30 13:00:03 ERROR last\n"
    )
    (tmp_path / "b.log").write_text(
        "no time\n2026-11-30T12:00:00.123456Z [error ] second\n2026-11-30T12:00:02Z 4th\n"
    )
    show({name: tmp_path / f"{name}.log" for name in "ab"}, 20, follow=False)
    monkeypatch.undo()
    time.tzset()
    shown = [line.split()[-1] for line in capsys.readouterr().out.splitlines()]
    assert shown == ["time", "second", "third", "lines", "4th", "last"]


@pytest.mark.parametrize("is_terminal", [True, False])
def test_on_a_terminal_it_is_said_that_it_follows(
    *, is_terminal: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def looks() -> Iterator[list[tuple[str, str]]]:
        yield [("a_job jr_0", "loaded")]
        raise KeyboardInterrupt

    look = looks()
    monkeypatch.setattr(out, "_force_terminal", is_terminal)
    show({}, 20, follow=True, more=lambda: next(look))
    assert ("following; Ctrl-C ends" in capsys.readouterr().out) is is_terminal


def test_of_the_services_only_what_is_wrong_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "glue.log"
    log.write_text("INFO well\nERROR broken\n")
    jobs = iter([[("a_job jr_0", "loaded")], []])
    show({"glue": log}, 20, follow=False, keep=is_problem, more=lambda: next(jobs))
    assert capsys.readouterr().out.splitlines() == ["glue       │ ERROR broken", "a_job jr_0 │ loaded"]
    show({"glue": log}, 20, follow=False)
    assert "INFO well" in capsys.readouterr().out
