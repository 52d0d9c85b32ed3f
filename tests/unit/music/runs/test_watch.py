"""The runs that process a delivery are those whose manifests have its files, whatever else Airflow starts."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from unit.fake_s3 import BUCKET, FakeS3

from glue_sandbox.airflow.client import DagRun, TaskInstance
from glue_sandbox.airflow.dag_runs import FailedRunError, Progress
from glue_sandbox.errors import SandboxError
from glue_sandbox.processes.supervisor import State
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import out
from music.deliveries.upload import Delivery
from music.runs import watch as watching
from music.runs.watch import (
    DeliveryWatch,
    at_work,
    follow_all,
    kpis_command,
    mended_by,
    objects_of,
    say_what_is_waited_for,
    under_way,
)
from music_streams import layout

AT = "2024-06-25T17:43:13Z"
A, B = "spotify_data/user_streams/a.csv", "spotify_data/user_streams/b.csv"
FILES = {(A, "e1", AT), (B, "e2", AT)}
RUN = DagRun("d", "s3__first", "manual", "running", None, None)
OTHER = replace(RUN, run_id="scheduled__1", run_type="scheduled")


class FakeDag:
    """Runs that succeed when they are followed; what happens between two looks is in `events`."""

    def __init__(self, *runs: DagRun) -> None:
        self.known = list(runs)
        self.followed: list[str] = []
        self.events: list[DagRun] = []

    def runs(self) -> list[DagRun]:
        if self.events:
            self.put(self.events.pop(0))
        return self.known[::-1]

    def put(self, run: DagRun) -> None:
        self.known = [each for each in self.known if each.run_id != run.run_id] + [run]

    def tasks(self, _: DagRun) -> list[TaskInstance]:
        states = {"check_files": "success", "calculate_metrics_etl": "running", "notify": None}
        return [TaskInstance(name, state, 1, None, None) for name, state in states.items()]

    def trigger(self) -> DagRun:
        self.put(replace(RUN, run_id="manual__by_us"))
        return self.known[-1]

    def follow_run(self, run: DagRun, _: float, __: Progress) -> DagRun:
        self.followed.append(run.run_id)
        self.put(replace(run, state="success"))
        return self.known[-1]


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "POLL_SECONDS", 0)


def takes(s3: FakeS3, run_id: str, *files: tuple[str, str, str]) -> None:
    entries = [{"key": key, "etag": etag, "last_modified": at} for key, etag, at in files]
    s3.deliver(layout.manifest_key(layout.batch_id_of(run_id)), json.dumps({"files": entries}).encode())


def watch_of(dag: FakeDag, s3: FakeS3, event_seconds: float = 60) -> DeliveryWatch:
    as_dag: Any = dag
    return DeliveryWatch(as_dag, s3, BUCKET, set(), event_seconds)  # type: ignore[arg-type]


def test_the_run_that_has_the_files_is_followed_and_named_not_another_one(s3: FakeS3) -> None:
    dag = FakeDag(RUN, OTHER)
    takes(s3, RUN.run_id, *FILES)
    takes(s3, OTHER.run_id, (A, "of another delivery", AT))
    with out.capture() as shown:
        runs = watch_of(dag, s3).follow(FILES)
    assert dag.followed == [RUN.run_id] == [run.run_id for run in runs]
    assert f"Run with these files: {RUN.run_id}, 2 files; started by the S3 event" in shown.get()


def test_it_is_said_which_run_is_waited_for(s3: FakeS3) -> None:
    dag = FakeDag(OTHER)
    takes(s3, RUN.run_id, *FILES)
    dag.events = [OTHER, OTHER, RUN]
    with out.capture() as shown:
        watch_of(dag, s3).follow(FILES)
    lines = shown.get().splitlines()
    assert lines[0] == f"  comes after run {OTHER.run_id}"
    assert lines[1].startswith(f"✓ Run with these files: {RUN.run_id}, 2 files")


def test_of_a_file_that_is_delivered_again_the_run_of_the_first_delivery_is_another_one(s3: FakeS3) -> None:
    s3.deliver(A, b"a")
    dag = FakeDag(OTHER)
    takes(s3, OTHER.run_id, (A, "e1", "2024-06-25T17:43:10Z"))
    takes(s3, RUN.run_id, (A, "e1", AT))
    dag.events = [OTHER, RUN]
    watch_of(dag, s3).follow({(A, "e1", AT)})
    assert dag.followed == [RUN.run_id]


def test_what_was_archived_with_the_same_file_of_an_earlier_delivery_needs_no_run_of_its_own(
    s3: FakeS3,
) -> None:
    dag = FakeDag(OTHER)
    takes(s3, OTHER.run_id, (A, "e1", "2024-06-25T17:43:10Z"))
    dag.events = [OTHER, replace(OTHER, state="success"), replace(RUN, state="success")]
    watch_of(dag, s3).follow({(A, "e1", AT)})
    assert dag.followed == [OTHER.run_id]


def test_files_of_one_delivery_may_need_two_runs(s3: FakeS3) -> None:
    first, second = sorted(FILES)
    dag = FakeDag(RUN)
    takes(s3, RUN.run_id, first)
    takes(s3, OTHER.run_id, second)
    dag.events = [RUN, OTHER]
    watch_of(dag, s3).follow(FILES)
    assert dag.followed == [RUN.run_id, OTHER.run_id]


def test_where_no_event_comes_a_run_is_started(s3: FakeS3) -> None:
    dag = FakeDag(replace(OTHER, state="success"))
    takes(s3, "manual__by_us", *FILES)
    watch_of(dag, s3, event_seconds=0).follow(FILES)
    assert dag.followed == ["manual__by_us"]


def test_a_run_that_ends_without_the_files_is_told(s3: FakeS3) -> None:
    dag = FakeDag()
    dag.events = [replace(OTHER, state="success"), replace(RUN, run_id="manual__by_us", state="success")]
    with pytest.raises(SandboxError, match="found manual__by_us ended without them"):
        watch_of(dag, s3, event_seconds=-1).follow(FILES)


def test_of_a_delivery_the_stream_files_are_looked_for_as_they_lie_in_landing(
    s3: FakeS3, tmp_path: Path
) -> None:
    etag = s3.deliver("spotify_data/user_streams/a.csv", b"a")
    s3.deliver("spotify_data/songs/s.csv", b"s")
    deliveries = [
        Delivery(tmp_path, "songs", "spotify_data/songs/s.csv"),
        Delivery(tmp_path, "streams", "spotify_data/user_streams/a.csv"),
        Delivery(tmp_path, "streams", "spotify_data/user_streams/gone.csv"),
    ]
    found = objects_of(s3, BUCKET, deliveries)  # type: ignore[arg-type]
    assert found == {(A, etag, AT)}


class DaysReader:
    """A busy day that no run of these tests computed, and three that they did."""

    def day(self, date: str) -> dict[str, int]:
        counts = {"2024-06-24": 99, "2024-06-25": 1, "2024-06-26": 3, "2024-06-27": 2}
        return {"listen_count": counts[date]}


@pytest.mark.parametrize(
    ("dates", "command"),
    [
        (["2024-06-25"], "make kpis DATE=2024-06-25"),
        (["2024-06-25", "2024-06-26", "2024-06-27"], "make kpis DATE=2024-06-26"),
        ([], "make rejected"),
    ],
)
def test_the_end_names_the_command_that_shows_what_was_computed(
    s3: FakeS3, dates: list[str], command: str
) -> None:
    value = {"batch_id": "b", "dates": dates, "files": []}
    s3.deliver(layout.calculated_key("s3__first"), json.dumps(value).encode())
    reader: Any = DaysReader()
    assert kpis_command(s3, BUCKET, [RUN, OTHER], reader) == command  # type: ignore[arg-type]


def test_watching_ends_when_nothing_is_under_way() -> None:
    dag: Any = FakeDag(replace(OTHER, state="failed"), RUN)
    dag.events = [RUN, replace(RUN, run_id="s3__second", state="queued")]
    assert [run.run_id for run in follow_all(dag, lambda *_: None)] == ["s3__first", "s3__second"]
    assert follow_all(dag, lambda *_: None) == []


def test_a_run_under_way_is_told_with_its_step() -> None:
    working: Any = FakeDag(RUN)
    idle: Any = FakeDag(replace(RUN, state="success"))
    assert under_way(working) == "run s3__first is at calculate_metrics_etl (step 2 of 3)"
    assert under_way(idle) == ""


def test_after_ctrl_c_one_knows_what_goes_on_and_how_to_follow_it_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("music.runs.watch.airflow_state", lambda _: State.HEALTHY)
    monkeypatch.setattr("music.runs.watch.data_places", lambda _: (BUCKET, {}))
    monkeypatch.setattr("music.runs.watch.open_dag", lambda _: nullcontext())
    monkeypatch.setattr("music.runs.watch.follow_all", interrupt)
    with pytest.raises(KeyboardInterrupt):
        watching.watch(Settings())
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "stopped watching; the run goes on: make watch follows it again, then: make kpis"


def test_one_that_starts_a_run_is_told_which_one_has_to_end_first(capsys: pytest.CaptureFixture[str]) -> None:
    busy: Any = FakeDag(RUN)
    idle: Any = FakeDag(replace(RUN, state="success"))
    say_what_is_waited_for(idle)
    assert capsys.readouterr().out == ""
    say_what_is_waited_for(busy)
    assert capsys.readouterr().out == (
        "run s3__first is at calculate_metrics_etl (step 2 of 3); this one begins when it is done (another"
        " terminal shows both: make watch)\n"
    )


def test_of_a_failed_run_it_is_said_first_what_to_do_about_it() -> None:
    with pytest.raises(SandboxError) as caught, mended_by("correct it"):
        raise FailedRunError("run a to succeed", "task b failed", "make logs", "the log")
    error = caught.value
    assert (error.expected, error.found, error.details) == ("run a to succeed", "task b failed", "the log")
    assert error.next_command == "correct it; make logs"


def test_of_another_error_nothing_is_added() -> None:
    with pytest.raises(SandboxError, match=r"next: make status$"), mended_by("correct it"):
        raise SandboxError("Airflow to answer", "no answer", "make status")


class LookingDag(FakeDag):
    """Its runs come to their second step, or end, at the next look."""

    def tasks(self, run: DagRun) -> list[TaskInstance]:
        second = "running" if run.state == "at work" else "skipped" if run.is_over else None
        states = {"check_files": "success" if second else "running", "validate_input_files": second}
        return [TaskInstance(name, state, 1, None, None) for name, state in states.items()]


def looking(*after: DagRun) -> Any:
    dag = LookingDag(OTHER)
    dag.events = [OTHER, *after]
    return dag


def test_a_run_that_finds_nothing_to_do_is_waited_for() -> None:
    assert at_work(looking(replace(OTHER, state="success"))) == ""


def test_a_run_that_finds_work_is_at_work() -> None:
    said = at_work(looking(replace(OTHER, state="at work")))
    assert said == f"run {OTHER.run_id} is at validate_input_files (step 2 of 2)"


def test_a_run_that_looks_for_files_for_long_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.0)
    assert at_work(looking()) == f"run {OTHER.run_id} is at check_files (step 1 of 2)"
