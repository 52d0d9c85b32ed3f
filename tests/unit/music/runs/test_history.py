"""The history of runs, from results, Airflow's answers and Glue's: what is shown and said of failures."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from unit.batches import leave
from unit.fake_s3 import BUCKET, FakeS3

from glue_sandbox.airflow.client import DagRun, TaskInstance
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import out
from music.date_range import DateRange
from music.runs import history as run_history
from music.runs import view as run_view
from music.runs.history import Upcoming, last_error, what_is_next, with_airflow, without_airflow
from music.runs.step_results import RunResults, read_results
from music_streams import layout
from music_streams.deliveries.file_counts import FileCounts
from music_streams.deliveries.manifest import DeliveredFile, Manifest
from music_streams.layout import batch_id_of
from music_streams.step_results import (
    Archived,
    Calculated,
    CountedFile,
    RefusedFile,
    StagedFile,
    StepResult,
    Validated,
)

RUN_ID = "manual__2024-06-25T10:00:00+00:00"
BATCH = "manual__2024-06-25T100000_0000"
FILE = DeliveredFile("spotify_data/user_streams/a.csv", "e", 1, "2024-06-25T10:00:00Z", "streams")
SONGS = DeliveredFile("spotify_data/songs/s.csv", "s", 1, "2024-06-25T10:00:00Z", "songs")
COUNTED = CountedFile(StagedFile(FILE, 4, "staged"), FileCounts(4, 1, {"field_count": 1}))
RUN = DagRun("d", RUN_ID, "manual", "failed", "2024-06-25T10:00:00+00:00", "2024-06-25T10:01:30+00:00")
TASK = TaskInstance("insert_metrics_dynamo", "failed", 3, None, None)


def run_left(s3: FakeS3, batch_id: str, *results: str) -> None:
    file = replace(FILE, etag=s3.deliver(FILE.key, b"x"))
    frozen = Manifest(batch_id, "2024-06-25T17:43:03Z", BUCKET, (file, SONGS), ("p",))
    s3.deliver(layout.manifest_key(batch_id), json.dumps(asdict(frozen)).encode())

    left: dict[str, StepResult] = {
        "validated": Validated(batch_id, (), (RefusedFile(FILE, "empty_file"),)),
        "calculated": Calculated(batch_id, files=(COUNTED, COUNTED)),
        "archived": Archived(batch_id, 1, 1),
    }
    for name in results:
        leave(s3, left[name])


class FakeGlue:
    """Two runs of each job for the batch, the later one failed, and one of another batch."""

    def get_job_runs(self, JobName: str) -> dict[str, Any]:  # noqa: N803
        def run(batch: str, started: int, state: str) -> dict[str, Any]:
            job_run = {"Arguments": {"--batch_id": batch}, "StartedOn": started, "JobRunState": state}
            return {**job_run, "ErrorMessage": f"{JobName} broke {started}"}

        state = "FAILED" if JobName == "insert_metrics_dynamo" else "SUCCEEDED"
        return {"JobRuns": [run(BATCH, 1, "FAILED"), run(BATCH, 2, state), run("other", 3, "FAILED")]}


class FakeAirflow:
    def __init__(self, *runs: DagRun) -> None:
        self._runs = list(runs)

    def dag_runs(self, *_: object, **__: object) -> list[DagRun]:
        return self._runs

    def next_run(self, _: str) -> str | None:
        return "2024-06-25T10:05:00Z"

    def task_instances(self, *_: object) -> list[TaskInstance]:
        return [replace(TASK, task_id="check_files", state="success"), TASK]

    def task_log(self, *_: object) -> str:
        return "INFO nothing\nERROR ValueError: not Glue's\n"


@pytest.fixture
def sandbox(s3: FakeS3, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(run_history, "s3", lambda _: s3)
    monkeypatch.setattr(run_history, "client", lambda *_: FakeGlue())
    monkeypatch.setattr(run_history, "data_places", lambda _: (BUCKET, {}))
    return Settings()


def test_results_tell_files_rows_and_how_far_a_run_came(s3: FakeS3) -> None:
    run_left(s3, "b1", "validated", "calculated", "archived")
    results = read_results(s3, BUCKET, ["b1"])["b1"]  # type: ignore[arg-type]
    assert (results.files, results.bad_files, results.rows, results.rejected) == (1, 1, 8, 2)
    assert (results.is_done, results.seconds, results.recomputes, results.waiting) == (True, 10, 1, 1)
    s3.delete_object(BUCKET, layout.calculated_key("b1"))
    s3.delete_object(BUCKET, layout.archived_key("b1"))
    s3.delete_object(BUCKET, FILE.key)
    results = read_results(s3, BUCKET, ["b1"])["b1"]  # type: ignore[arg-type]
    assert (results.rows, results.rejected, results.last_step) == (None, None, "validate_input_files")
    assert (results.is_done, results.waiting) == (False, 0)


def test_a_failed_run_says_which_step_why_and_what_is_next(s3: FakeS3, sandbox: Settings) -> None:
    run_left(s3, BATCH, "validated", "calculated")
    idle = replace(RUN, run_id="scheduled__x", state="success")
    history = with_airflow(sandbox, FakeAirflow(RUN, idle))  # type: ignore[arg-type]
    (run,), idle_runs = history.runs, history.idle
    assert (run.run_id, run.state, run.seconds, idle_runs) == (RUN_ID, "failed", 90, 1)
    assert run.problem is not None
    assert (run.problem.step, run.problem.why) == (
        "insert_metrics_dynamo",
        "FAILED: insert_metrics_dynamo broke 2",
    )
    assert run.problem.next == (
        "the next run, at 2024-06-25 10:05:00 UTC, processes its 1 file in landing"
        "; if it fails, too: correct what its log says (make logs), then: make up"
    )


AT_WORK = replace(RUN, run_id="manual__2024-06-25T10:02:00+00:00", state="running", end_date=None)


@pytest.mark.parametrize("has_listed", [True, False])
def test_where_a_run_under_way_has_the_files_of_a_failed_one_no_later_run_is_named(
    has_listed: bool, s3: FakeS3, sandbox: Settings
) -> None:
    run_left(s3, BATCH, "validated", "calculated")
    if has_listed:
        run_left(s3, batch_id_of(AT_WORK.run_id))
    *_, failed = with_airflow(sandbox, FakeAirflow(AT_WORK, RUN)).runs  # type: ignore[arg-type]
    assert failed.problem is not None
    assert failed.problem.next == (
        f"run {AT_WORK.run_id}, which is under way, processes its 1 file in landing"
        "; if it fails, too: correct what its log says (make logs), then: make up"
    )


def test_a_run_under_way_with_other_files_leaves_those_of_a_failed_one_to_the_next(
    s3: FakeS3, sandbox: Settings
) -> None:
    frozen = Manifest("b", "2024-06-25T17:43:03Z", BUCKET, (replace(FILE, key=f"{FILE.key}.other"), SONGS))
    s3.deliver(layout.manifest_key(batch_id_of(AT_WORK.run_id)), json.dumps(asdict(frozen)).encode())
    run_left(s3, BATCH, "validated", "calculated")
    *_, failed = with_airflow(sandbox, FakeAirflow(AT_WORK, RUN)).runs  # type: ignore[arg-type]
    assert failed.problem is not None
    assert failed.problem.next == (
        "the next run, at 2024-06-25 10:05:00 UTC, processes its 1 file in landing"
        "; if it fails, too: correct what its log says (make logs), then: make up"
    )


def test_a_run_that_idle_ones_pushed_off_airflows_page_is_still_told_of(
    s3: FakeS3, sandbox: Settings
) -> None:
    run_left(s3, BATCH, "validated", "calculated", "archived")
    idle = replace(RUN, run_id="scheduled__x", state="success")
    (run,) = with_airflow(sandbox, FakeAirflow(idle)).runs  # type: ignore[arg-type]
    assert (run.run_id, run.state) == (RUN_ID, "success")


def at_hours(s3: FakeS3, count: int) -> list[str]:
    """Runs of one day, an hour apart; their batch ids, newest first."""
    for hour in range(count):
        run_left(s3, f"b{hour}", "archived")
        s3.objects[layout.manifest_key(f"b{hour}")]["LastModified"] = datetime(2024, 6, 25, hour, tzinfo=UTC)
    return [f"b{hour}" for hour in reversed(range(count))]


def test_only_the_latest_are_read_and_a_line_says_how_to_see_more(s3: FakeS3, sandbox: Settings) -> None:
    latest = at_hours(s3, 5)
    s3.calls.clear()
    with out.capture() as shown:
        run_view.show(without_airflow(sandbox, limit=2))
    assert "the latest 2 of 5; more: make runs N=5, or FROM= TO=" in shown.get()
    read = {key for operation, key in s3.calls if operation == "get_object"}
    assert {key.split("/")[1].removesuffix(".json") for key in read} == set(latest[:2])
    assert without_airflow(sandbox, limit=5).more == 0


def test_runs_of_some_days_are_those_that_began_then(s3: FakeS3, sandbox: Settings) -> None:
    at_hours(s3, 2)
    late = replace(RUN, start_date="2024-06-26T10:00:00+00:00")
    airflow: Any = FakeAirflow(RUN, late)
    assert [
        run.began for run in with_airflow(sandbox, airflow, dates=DateRange("2024-06-26", None)).runs
    ] == [late.start_date]
    of_day = with_airflow(sandbox, airflow, limit=2, dates=DateRange(None, "2024-06-25"))
    assert ([run.run_id for run in of_day.runs], of_day.more) == ([RUN_ID, "b1"], 1)
    with out.capture() as shown:
        run_view.show(
            without_airflow(sandbox, dates=DateRange("2024-07-01", None)), DateRange("2024-07-01", None)
        )
    assert "no run of the days 2024-07-01 to … had work" in shown.get()


def test_a_failed_recompute_says_that_the_next_run_computes_its_days(s3: FakeS3, sandbox: Settings) -> None:
    run_left(s3, BATCH, "validated")
    s3.delete_object(BUCKET, FILE.key)
    s3.deliver(layout.pending_key(BATCH), b"[]")
    (run,) = with_airflow(sandbox, FakeAirflow(RUN)).runs  # type: ignore[arg-type]
    assert run.problem
    assert run.problem.next == (
        "the next run, at 2024-06-25 10:05:00 UTC, computes its pending days"
        "; if it fails, too: correct what its log says (make logs), then: make up"
    )


def test_a_run_that_failed_after_its_last_job_has_its_kpis(s3: FakeS3, sandbox: Settings) -> None:
    run_left(s3, BATCH, "validated", "calculated", "archived")
    (run,) = with_airflow(sandbox, FakeAirflow(RUN)).runs  # type: ignore[arg-type]
    assert run.problem
    assert run.problem.next.startswith("nothing, its KPIs are complete")


def test_without_airflow_results_and_glue_tell_where_it_broke_off(s3: FakeS3, sandbox: Settings) -> None:
    run_left(s3, BATCH, "validated", "calculated")
    (run,) = without_airflow(sandbox).runs
    assert (run.state, run.problem and run.problem.step) == ("not done", "insert_metrics_dynamo")
    assert run.problem
    assert run.problem.next.startswith("make up; then the next run processes its 1 file in landing")
    run_left(s3, BATCH, "archived")
    assert without_airflow(sandbox).runs[0].problem is None


def test_a_step_that_is_no_glue_job_is_explained_by_its_log() -> None:
    assert last_error("a\n2024 ERROR boom\nValueError: x\nbye\n") == "ValueError: x"
    assert last_error("a\nb\n") == "b"
    assert last_error("") == "its log is empty"


def next_of(next_run: str | None) -> str:
    nowhere: Any = None
    return Upcoming(nowhere, "", [], next_run).who_takes_work_of(RUN)


@pytest.mark.parametrize(
    ("run_state", "task_state", "waiting", "next_run", "said"),
    [
        ("running", "up_for_retry", 1, None, "Airflow repeats the step by itself (try 3 failed)"),
        ("running", "failed", 1, None, "the run is still under way"),
        ("failed", "failed", 0, "x", "nothing: its files are processed"),
        (
            "failed",
            "failed",
            2,
            None,
            "the next run, when somebody starts it (no schedule), processes its 2",
        ),
    ],
)
def test_what_happens_next(
    run_state: str, task_state: str, waiting: int, next_run: str | None, said: str
) -> None:
    results = RunResults("b", "2024-06-25T00:00:00Z", None, 2, 0, 1, 0, 0, None, waiting)
    run, task = replace(RUN, state=run_state), replace(TASK, state=task_state)
    assert what_is_next(run, task, results, next_of(next_run)).startswith(said)


def test_a_recompute_that_failed_behind_the_load_is_not_said_to_be_done_by_a_later_run() -> None:
    no_files = RunResults("b", "2024-06-25T00:00:00Z", None, 0, 0, 1, 0, 1, None, 0)
    assert what_is_next(RUN, TASK, no_files, "x") == "nothing: its days are computed"


def test_after_a_run_that_failed_before_it_had_files_the_next_one_starts_from_the_beginning() -> None:
    said = what_is_next(RUN, TASK, None, next_of(None))
    assert said == (
        "the next run, when somebody starts it (no schedule), starts from the beginning"
        "; if it fails, too: correct what its log says (make logs), then: make up"
    )


def test_the_table_shows_runs_and_problems(s3: FakeS3, sandbox: Settings) -> None:
    run_left(s3, BATCH, "validated", "calculated")
    with out.capture() as shown:
        run_view.show(with_airflow(sandbox, FakeAirflow(RUN)))  # type: ignore[arg-type]
    text = shown.get()
    row = next(line for line in text.splitlines() if line.endswith("manual__2024-06-25T10:00:00+00:00"))
    assert row.split() == [
        *("2024-06-25", "10:00:00", "failed", "1", "+", "recompute", "1", "8", "2", "90", "s"),
        "manual__2024-06-25T10:00:00+00:00",
    ]
    assert "stopped in insert_metrics_dynamo\n  why   FAILED: insert_metrics_dynamo broke 2\n  next" in text


def test_side_files_are_told_of_and_count_as_nothing_refused(s3: FakeS3, sandbox: Settings) -> None:
    side = replace(FILE, key="spotify_data/user_streams/_SUCCESS", kind="side_file")
    frozen = Manifest("b1", "2024-06-25T17:43:03Z", BUCKET, (FILE, side))
    s3.deliver(layout.manifest_key("b1"), json.dumps(asdict(frozen)).encode())
    leave(s3, Validated("b1", ()))

    (run,) = without_airflow(sandbox).runs
    assert run.results
    assert (run.results.files, run.results.bad_files, run.results.side_files) == (1, 0, 1)
    with out.capture() as shown:
        run_view.show(without_airflow(sandbox))
    assert "1 side file of these runs, such as _SUCCESS, in aside/: no rows in them" in shown.get()


def test_the_batch_is_named_as_the_dag_names_it() -> None:
    assert batch_id_of(RUN_ID) == BATCH
