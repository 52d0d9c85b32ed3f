"""The test at a promotion's end: right about a pipeline that works, not fooled by one that does not."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from service.jobs.pipeline import JOBS, SONGS, TEN_SONGS, Pipeline

from glue_sandbox.errors import SandboxError
from music.smoke import run_smoke_test
from music_streams import layout


def runs(pipeline: Pipeline, jobs: tuple[str, ...] = JOBS) -> Callable[[float], None]:
    """Instead of waiting: one run of the DAG's steps each time."""
    numbers = count(1)

    def run(_: float) -> None:
        batch_id = f"smoke{next(numbers)}"
        if pipeline.freeze(batch_id):
            for name in jobs:
                pipeline.job(name, batch_id)

    return run


def test_it_sees_its_kpis_and_its_archive_and_leaves_nothing(pipeline: Pipeline) -> None:
    archive = pipeline.archive_apart()
    pipeline.deliver(f"{SONGS}songs.csv", TEN_SONGS)
    said: list[str] = []
    run_smoke_test(pipeline.location(), 60, said.append, runs(pipeline))

    assert said[-1] == "smoke test: files, ledger and KPIs agree"
    assert set(map(len, pipeline.kpis().values())) == {0}
    assert list(pipeline.ledger()) == [f"{SONGS}songs.csv"]
    folders = {key.split("/")[0] for key in pipeline.keys("")}
    assert folders == {"spotify_data", "reference", "manifests", "batches"}
    assert [key for key in pipeline.keys("") if "smoke_test" in key] == []
    assert pipeline.keys("", archive) == []
    assert pipeline.disagreements() == {}


def test_a_run_that_comes_too_late_removes_what_is_left(pipeline: Pipeline) -> None:
    run = runs(pipeline)
    pipeline.deliver(f"{SONGS}songs.csv", TEN_SONGS)
    with pytest.raises(SandboxError, match="next run to remove the KPIs") as caught:
        run_smoke_test(pipeline.location(), 0, lambda said: run(0) if "delivered" in said else None)
    assert caught.value.next_command == "start a run of the DAG, which removes them"

    run(0)
    assert set(map(len, pipeline.kpis().values())) == {0}
    assert list(pipeline.ledger()) == [f"{SONGS}songs.csv"]
    assert pipeline.disagreements() == {}


def test_a_pipeline_that_takes_nothing_up_is_named(pipeline: Pipeline) -> None:
    with pytest.raises(SandboxError) as caught:
        run_smoke_test(pipeline.location(), 0, lambda _: None, lambda _: None)
    assert caught.value.expected == "the file to be processed and archived within 0 min"
    assert caught.value.found.startswith("no run has taken it up")


def test_wrong_kpis_are_named(pipeline: Pipeline) -> None:
    run = runs(pipeline)

    def run_and_spoil(seconds: float) -> None:
        run(seconds)
        (report,) = pipeline.items("track_level_reports")
        table = pipeline.location().dynamodb.Table(pipeline.tables["track_level_reports"])
        table.put_item(Item={**report, "total_listens": 4})

    pipeline.deliver(f"{SONGS}songs.csv", TEN_SONGS)
    with pytest.raises(SandboxError, match="'listens of the track': 3") as caught:
        run_smoke_test(pipeline.location(), 60, lambda _: None, run_and_spoil)
    assert "'listens of the track': 4" in caught.value.found


def test_a_refused_file_is_named_at_once(pipeline: Pipeline) -> None:
    def refuse(_: float) -> None:
        (key,) = pipeline.keys(layout.landing_folder("streams"))
        pipeline.deliver(key, b"")
        pipeline.freeze("refused")
        pipeline.job("validate_input_files", "refused")

    with pytest.raises(SandboxError, match="a file that the jobs take"):
        run_smoke_test(pipeline.location(), 60, lambda _: None, refuse)
