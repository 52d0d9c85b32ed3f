"""What is shown of runs that one waits for: a queued one says which run it waits for, once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from glue_sandbox.airflow.client import DagRun, TaskInstance
from glue_sandbox.terminal.console import out
from music.runs.progress import TaskProgress

QUEUED = DagRun("d", "manual__2", "manual", "queued", None, None, waits_for="s3__1")
TASKS = [TaskInstance("check_files", None, 0, None, None)]


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_queued_run_says_what_it_waits_for(*, is_terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(out, "_force_terminal", is_terminal)
    with out.capture() as shown, TaskProgress() as progress:
        progress.update(QUEUED, TASKS)
        progress.update(QUEUED, TASKS)
    assert "  waits for run s3__1" in shown.get()
    assert "waiting" not in shown.get()
    assert is_terminal or shown.get().count("waits for") == 1


def test_its_tasks_are_shown_when_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(out, "_force_terminal", True)
    with out.capture() as shown, TaskProgress() as progress:
        progress.update(replace(QUEUED, state="running", waits_for=""), TASKS)
    assert "check_files" in shown.get()


def test_of_no_run_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(out, "_force_terminal", True)
    with out.capture() as shown, TaskProgress():
        pass
    assert shown.get() == ""
