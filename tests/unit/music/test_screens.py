"""What a newcomer sees in the first hour, at some widths of a terminal: ids are whole, no word is broken."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from screens import compare_with_kept
from terminal_screen import shown_on

from glue_sandbox.airflow.client import DagRun, TaskInstance
from glue_sandbox.settings import Settings
from glue_sandbox.status import view as status_view
from glue_sandbox.status.published import Published
from glue_sandbox.terminal.console import out
from music import alerts
from music.audit import report
from music.audit.checks.disagreement import Disagreement
from music.audit.snapshot import AuditSnapshot
from music.deliveries import seed
from music.deliveries.inspection import Inspected
from music.deliveries.upload import Delivery
from music.runs import progress, view
from music.runs.history import History, Problem, Run
from music.runs.step_results import RunResults

WIDTHS = [60, 80, 100, 120]
RUN_ID = "manual__2024-06-25T10:00:00.123456+00:00"
RUN = DagRun("d", RUN_ID, "manual", "running", "2024-06-25T10:00:00+00:00", None)
RESULTS = RunResults("b", "2024-06-25T10:00:00Z", None, 14, 7, 85, 12, 0, "calculate_metrics_etl", 0, 2)
RECOMPUTE = RunResults("c", "2024-06-26T10:00:00Z", None, 0, 0, 0, 0, 1, "archive_streams_files", 0)
SERVICES: dict[str, dict[str, Any]] = {
    "emulator": {"state": "healthy", "url": "http://127.0.0.1:4567", "container": "music-streams-emulator-1"},
    "airflow": {
        "state": "unhealthy",
        "url": "http://127.0.0.1:8080",
        "container": "music-streams-3f5b6c1d-airflow-1",
    },
    "events": {"state": "stopped", "url": None, "container": None},
}


API_URL = "http://localhost:4566/_aws/execute-api/0a1b2c3d/"


def status(_: Path) -> None:
    status_view.print_services(SERVICES)
    status_view.print_addresses(Settings(airflow_port=8080))


def runs(_: Path) -> None:
    done = Run(RUN_ID, RUN.start_date, 61.2, "success", replace(RESULTS, last_step="archive_streams_files"))
    problem = Problem("insert_metrics_dynamo", "FAILED: RuntimeError: no table", "the next run")
    broken = Run("s3__after__0123456789ab", RUN.start_date, None, "failed", RESULTS, problem)
    again = Run("manual__2024-06-26T10:00:00+00:00", RUN.start_date, 9.0, "success", RECOMPUTE)
    view.show(History([done, again, broken], more=3, idle=1))


def tasks(_: Path) -> None:
    names = ("check_files", "validate_input_files", "calculate_metrics_etl", "insert_metrics_dynamo")
    states = ("success", "success", "running", None)
    seen = [
        TaskInstance(
            name, state, 1, RUN.start_date, "2024-06-25T10:00:33+00:00" if state == "success" else None
        )
        for name, state in zip(names, states, strict=True)
    ]
    with progress.TaskProgress() as live:
        live.update(RUN, [replace(task, state=None) for task in seen])
        live.update(RUN, seen)


GLUE_RUN = "jr_10805b5df3c35fdea43f7de063510002b7f088971c3d788696f15c1b7e6182c4"
FAILED_JOB = f"""The Glue job insert_metrics_dynamo ended as FAILED at 2024-06-25T10:00:56Z.
Why:  JobName:insert_metrics_dynamo and JobRunId:{GLUE_RUN} failed to execute with exception ValueError: none
Next: of a run that Airflow started it tries the step again by itself. Nothing is lost.
Run:  {GLUE_RUN}"""
FAILED_RUN = f"""A run of music_streaming_pipeline failed in insert_metrics_dynamo.
Files:   none of this run waits in landing
Run:     {RUN_ID}"""
SUBJECT = "music_streaming_pipeline: insert_metrics_dynamo failed"
MESSAGES = [
    Published(at="2024-06-24T10:00:00.000Z", topic="music_streams_alerts", subject="older", text="older"),
    Published(at="2024-06-25T10:00:56.000Z", topic="music_streams_job_alerts", subject="", text=FAILED_JOB),
    Published(at="2024-06-25T10:00:59.000Z", topic="music_streams_alerts", subject=SUBJECT, text=FAILED_RUN),
]


def told(_: Path) -> None:
    alerts.print_alerts(Settings(), 2)


def delivery(folder: Path) -> None:
    def inspected(key: str, rows: int | None) -> Inspected:
        path = folder / "a.csv"
        path.write_text("x" * 1234)
        return Inspected(Delivery(path, "streams", f"spotify_data/user_streams/{key}"), rows)

    seed._show([inspected("a.csv", 85), inspected("a long folder/with a file of a long name.csv", None)])


def audit(_: Path) -> None:
    by_check = {
        "runs_are_done": [],
        "known_songs_stay_known": [
            Disagreement(
                "spotify_data/user_streams/01_morning.csv",
                "1 listen of tracks that no songs file has",
                "13, so a songs file was replaced by one that lacks their tracks",
                "deliver those songs again: make seed FILE=it; then make recompute ALL=1",
            )
        ],
        "items_of_MusicStreamingKPIs_are_as_recounted": [
            Disagreement(
                "spotify_data/user_streams/a.csv", "one of landing and archive/", "nowhere", "make runs"
            )
        ],
    }
    report.show(AuditSnapshot(objects={}, batches=(), ledger={}), by_check)


SCREENS: dict[str, Callable[[Path], None]] = {
    "status": status,
    "runs": runs,
    "tasks": tasks,
    "delivery": delivery,
    "audit": audit,
    "alerts": told,
}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, int], str]:
    """Return what stands on a terminal of a width when a part of a command has printed."""
    monkeypatch.setattr(out, "_force_terminal", True)
    monkeypatch.setattr(status_view, "apis", lambda _: {"kpi_api": API_URL})
    monkeypatch.setattr(alerts, "must_run", lambda _: {})
    monkeypatch.setattr(alerts, "read_published", lambda _: MESSAGES)
    monkeypatch.setattr(status_view, "airflow_password", lambda _: "0123456789abcdef0123456789abcdef")

    def show(name: str, width: int) -> str:
        monkeypatch.setattr(out, "_width", width)
        with out.capture() as captured:
            SCREENS[name](tmp_path)
        return shown_on(width, captured.get())

    return show


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", SCREENS)
def test_the_screen_is_as_it_is_kept(name: str, width: int, shown: Callable[[str, int], str]) -> None:
    compare_with_kept(f"{name}_{width}", shown(name, width))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["runs", "tasks", "alerts"])
def test_a_runs_id_is_whole_in_a_line(name: str, width: int, shown: Callable[[str, int], str]) -> None:
    assert re.search(rf"(^|\s){re.escape(RUN_ID)}($|\s)", shown(name, width), re.MULTILINE)


@pytest.mark.parametrize("width", [80, 100, 120])
def test_the_id_of_a_glue_run_is_whole_in_a_line_that_has_room_for_it(
    width: int, shown: Callable[[str, int], str]
) -> None:
    ids = [line for line in shown("alerts", width).splitlines() if line.endswith(GLUE_RUN)]
    assert [line.lstrip(" ").removeprefix("Run:  ") for line in ids[-1:]] == [GLUE_RUN]
    assert f" JobRunId:{GLUE_RUN}" in " ".join(shown("alerts", width).split())


def test_lists_of_what_has_happened_have_the_newest_first(shown: Callable[[str, int], str]) -> None:
    days_and_times = re.findall(r"^2024-06-\d\d \d\d:\d\d:\d\d", shown("alerts", 80), re.MULTILINE)
    assert days_and_times == ["2024-06-25 10:00:59", "2024-06-25 10:00:56"]


def test_at_80_columns_a_long_name_of_a_run_hides_not_how_many_files_were_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(out, "width", 80)
    run = Run("scheduled__2026-11-30T21:15:00+00:00", RUN.start_date, 61.2, "success", RESULTS)
    view.show(History([run], more=0, idle=0))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["BEGAN", "(UTC)", "STATE", "FILES", "REFUSED", "ROWS", "REJECTED", "TOOK"]
    assert lines[2].split() == ["2024-06-25", "10:00:00", "success", "14", "7", "85", "12", "61", "s"]
    assert lines[3].split() == [run.run_id]
