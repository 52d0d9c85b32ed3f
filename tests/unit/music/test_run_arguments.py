"""`make run` works on the latest batch, and says how to see a change when nothing of it is left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from unit.fake_s3 import BUCKET, FakeS3

from glue_sandbox.airflow.client import DagRun
from glue_sandbox.errors import SandboxError
from glue_sandbox.processes.supervisor import State
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import out
from music import run_arguments
from music_streams import layout


@pytest.fixture
def said_of(s3: FakeS3, monkeypatch: pytest.MonkeyPatch) -> FakeS3:
    monkeypatch.setattr(run_arguments, "s3", lambda _: s3)
    monkeypatch.setattr(run_arguments, "data_places", lambda _: (BUCKET, {}))
    monkeypatch.setattr(run_arguments, "latest_batch", lambda _: "b2")
    monkeypatch.setattr(run_arguments, "airflow_state", lambda _: State.STOPPED)
    return s3


def arguments(job: str, **given: str) -> tuple[dict[str, str], str]:
    """What is added, and what is printed."""
    with out.capture() as shown:
        added = run_arguments.run_arguments(Settings(), job, {f"--{name}": given[name] for name in given})
    return added, shown.get()


def test_with_nothing_staged_the_command_that_shows_a_change_is_named(said_of: FakeS3) -> None:
    value = {"batch_id": "b2", "dates": ["2024-06-25", "2024-06-27"], "files": []}
    said_of.deliver(layout.calculated_key("b2"), json.dumps(value).encode())
    added, said = arguments("calculate_metrics_etl")
    assert added == {"--batch_id": "b2"}
    assert "to see your change at work on its days: make recompute FROM=2024-06-25 TO=2024-06-27" in said


def test_with_staged_files_and_for_other_jobs_nothing_is_said(said_of: FakeS3) -> None:
    assert arguments("insert_metrics_dynamo") == ({"--batch_id": "b2"}, "")
    said_of.deliver(layout.staged_key("b1", "streams", "f"), b"{}")
    assert arguments("calculate_metrics_etl", batch_id="b1") == ({"--batch_id": "b1"}, "")


def test_a_run_has_one_spelling_that_of_airflow(said_of: FakeS3, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id, batch = "manual__2024-06-25T10:00:00.123456+00:00", "manual__2024-06-25T100000.123456_0000"
    monkeypatch.setattr(run_arguments, "latest_batch", lambda _: batch)
    for given in ({}, {"batch_id": batch}, {"batch_id": run_id}):
        added, said = arguments("calculate_metrics_etl", **given)
        assert added == {"--batch_id": run_id}
        assert f"run {run_id} is done" in said

    said_of.deliver(layout.staged_key(batch, "streams", "f"), b"{}")
    assert arguments("calculate_metrics_etl", batch_id=run_id) == ({"--batch_id": run_id}, "")


class RunningDag:
    """Airflow's runs, newest first: one is queued, one is at work, one is over."""

    def runs(self) -> list[DagRun]:
        states = {"s3__after__b3": "queued", "s3__after__b2": "running", "s3__after__b1": "success"}
        return [DagRun("d", run_id, "manual", state, None, None) for run_id, state in states.items()]


@contextmanager
def running_dag(_: Settings) -> Iterator[RunningDag]:
    yield RunningDag()


@pytest.mark.parametrize(("batch_id", "is_refused"), [("s3__after__b2", True), ("s3__after__b1", False)])
def test_the_batch_of_a_run_under_way_is_that_run_s(
    batch_id: str, is_refused: bool, said_of: FakeS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_arguments, "airflow_state", lambda _: State.HEALTHY)
    monkeypatch.setattr(run_arguments, "open_dag", running_dag)
    monkeypatch.setattr(run_arguments, "latest_batch", lambda _: batch_id)
    if not is_refused:
        assert arguments("insert_metrics_dynamo") == ({"--batch_id": batch_id}, "")
        return
    with pytest.raises(SandboxError) as caught:
        arguments("insert_metrics_dynamo")
    assert caught.value.found == f"run {batch_id} under way, whose batch it is"
    assert caught.value.next_command == "make watch, then: make run JOB=insert_metrics_dynamo"
