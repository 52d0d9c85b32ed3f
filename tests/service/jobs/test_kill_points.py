"""A run killed at any point that matters is mended by the next one: nothing is lost, nothing is twice."""

from __future__ import annotations

import itertools

import pytest
from service.jobs.pipeline import JOBS, SONGS, STREAMS, TEN_SONGS, Killed, Pipeline, listens

KILLED_AT = {
    "validate: staged, not in the ledger": ("validate_input_files", "music_streams.ledger.Ledger.validated"),
    "calculate: dates pending, nothing kept": (
        "calculate_metrics_etl",
        "music_streams.spark_io.DataBucket.append_curated",
    ),
    "calculate: kept, nothing computed": (
        "calculate_metrics_etl",
        "music_streams.spark_io.DataBucket.clear_output",
    ),
    "calculate: old output deleted": (
        "calculate_metrics_etl",
        "music_streams.spark_io.DataBucket.put_output",
    ),
    "calculate: computed, no result": ("calculate_metrics_etl", "music_streams.ledger.Ledger.counted"),
    "insert: snapshot put, nothing written": ("insert_metrics_dynamo", "music_streams.batch_writer.write"),
    "insert: loaded, not in the ledger": ("insert_metrics_dynamo", "music_streams.ledger.Ledger.ingested"),
    "archive: copied, not in the ledger": ("archive_streams_files", "music_streams.ledger.Ledger.archived"),
    "archive: recorded, original there": (
        "archive_streams_files",
        "music_streams.deliveries.moving.delete_original",
    ),
    "archive: original gone, no result": ("archive_streams_files", "music_streams.storage.delete_keys"),
}


# Killed here, curated has the listens of a file, and the next run may find another one in its place.
REPLACED_AT = (
    "calculate: kept, nothing computed",
    "calculate: computed, no result",
    "insert: snapshot put, nothing written",
)
CASES = [*((point, False) for point in KILLED_AT), *((point, True) for point in REPLACED_AT)]


def test_killed_anywhere_the_next_run_ends_as_an_undisturbed_one(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One run is killed at each point, with a file and days of its own; one more run has to mend it all."""
    pipeline.deliver(f"{SONGS}songs.csv", TEN_SONGS)
    delivered: list[str] = []
    for number, (point, is_replaced) in enumerate(CASES):
        key = f"{STREAMS}{number}.csv"
        rows = [f"u{day},t{number % 12},{2001 + number}-06-0{day} 10:00:00" for day in (1, 2, 3)]
        delivered += rows
        # The next file is of another day, so nothing but what the killed run left leads to its days.
        pipeline.deliver(key, listens(*rows[:2]))
        pipeline.freeze(f"b{number}", only=key)
        killed(pipeline, monkeypatch, f"b{number}", point)
        if is_replaced:
            pipeline.deliver(key, listens(rows[2]))
        else:
            pipeline.deliver(f"{STREAMS}{number}-next.csv", listens(rows[2]))

    pipeline.run("the-next")

    pipeline.assert_right(listens(*delivered), TEN_SONGS)
    assert pipeline.keys(STREAMS) == pipeline.keys("pending/") == []
    assert pipeline.disagreements() == {}


def killed(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, batch_id: str, point: str) -> None:
    """Run the batch's jobs until the point of its kill."""

    def kill(*_: object, **__: object) -> None:
        raise Killed

    job, target = KILLED_AT[point]
    for name in itertools.takewhile(lambda name: name != job, JOBS):
        pipeline.job(name, batch_id)
    with monkeypatch.context() as patch:
        patch.setattr(target, kill)
        with pytest.raises(Killed):
            pipeline.job(job, batch_id)
