"""A date of many files becomes one of few, wherever a run is killed; no listen is ever missing or twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from service.jobs.pipeline import JOBS, SONGS, STREAMS, Killed, Pipeline, listens, songs

from music_streams import layout
from music_streams.spark_io import DataBucket

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

MOST_FILES = 3
"""So many that a date with one file too many, left by a kill, has few enough by their number alone."""
ALL_SONGS = songs(t0="pop", t1="rock", t2="rock")
Step = Callable[..., Any]


def rows_of(day: str, hour: int) -> list[str]:
    return [f"u{n},t{n % 3},{day} {hour:02}:00:0{n % 10}" for n in range(20)]


def fragment(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, days: list[str]) -> list[str]:
    """Days of more files than they should have; returns their listens."""
    rows = [row for day in days for row in rows_of(day, 9)]
    pipeline.deliver(f"{SONGS}songs.csv", ALL_SONGS)
    pipeline.deliver(f"{STREAMS}first.csv", listens(*rows))
    with monkeypatch.context() as patch:
        patch.setattr(DataBucket, "_gathered", lambda _self, rows, _column: rows.repartition(6))
        pipeline.run("first")
    assert all(len(files_of(pipeline, day)) > MOST_FILES for day in days)
    monkeypatch.setattr("music_streams.compaction.MOST_FILES", MOST_FILES)
    return rows


def files_of(pipeline: Pipeline, day: str) -> list[str]:
    return pipeline.keys(layout.curated_partition(day))


def kept(pipeline: Pipeline, spark: SparkSession) -> list[str]:
    """Every row that curated holds, as it was delivered: what a reader who does not look at keys finds."""
    found = spark.read.parquet(f"s3://{pipeline.bucket}/{layout.CURATED_LISTENS}")
    return [",".join(row) for row in found.selectExpr("user_id", "track_id", "string(listen_time)").collect()]


@contextmanager
def unreadable(pipeline: Pipeline, keys: list[str]) -> Iterator[None]:
    """Objects that fail every job that reads them."""
    held = {key: pipeline.s3.get_object(Bucket=pipeline.bucket, Key=key)["Body"].read() for key in keys}
    for key in keys:
        pipeline.deliver(key, b"no Parquet")
    yield
    for key, body in held.items():
        pipeline.deliver(key, body)


def test_a_fragmented_date_is_compacted_with_the_late_listens_and_others_stay(
    pipeline: Pipeline, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    touched, untouched = "2024-06-25", "2024-06-26"
    rows = fragment(pipeline, monkeypatch, [touched, untouched])
    before = {day: files_of(pipeline, day) for day in (touched, untouched)}
    new_before = pipeline.ledger()[f"{STREAMS}first.csv"]["new_listens"]
    late = rows_of(touched, 10)
    pipeline.deliver(f"{STREAMS}late.csv", listens(*late, *rows_of(touched, 9)[:4]))
    with unreadable(pipeline, before[untouched]):
        pipeline.run("late")
    assert files_of(pipeline, untouched) == before[untouched]
    assert len(files_of(pipeline, touched)) == 1
    assert not set(files_of(pipeline, touched)) & set(before[touched])
    assert sorted(kept(pipeline, spark)) == sorted([*rows, *late])
    assert pipeline.ledger()[f"{STREAMS}first.csv"]["new_listens"] == new_before
    pipeline.assert_right(listens(*rows, *late), ALL_SONGS)
    assert pipeline.disagreements() == {}
    compacted = files_of(pipeline, touched)
    pipeline.deliver(f"{STREAMS}later.csv", listens(*late))
    pipeline.freeze("later")
    for job in JOBS[:2]:
        pipeline.job(job, "later")
    assert files_of(pipeline, touched) == compacted, "once is enough"


def dies(*_: object, **__: object) -> None:
    raise Killed


def dies_after_one_file(write: Step) -> Step:
    def write_one(data: DataBucket, rows: DataFrame) -> None:
        write(data, rows.where("user_id > 'u4'"))
        raise Killed

    return write_one


def dies_with_one_left(delete: Step) -> Step:
    def delete_most(data: DataBucket, keys: list[str]) -> None:
        assert len(keys) > MOST_FILES
        delete(data, keys[:-1])
        raise Killed

    return delete_most


def dies_afterwards(delete: Step) -> Step:
    def delete_all(data: DataBucket, keys: list[str]) -> None:
        delete(data, keys)
        raise Killed

    return delete_all


KILLED_AT: dict[str, tuple[str, Callable[[Step], Step]]] = {
    "nothing written": ("append_curated", lambda _: dies),
    "half of it written": ("append_curated", dies_after_one_file),
    "written, the old ones there": ("delete_curated", lambda _: dies),
    "written, one of the old ones there": ("delete_curated", dies_with_one_left),
    "written, the old ones gone": ("delete_curated", dies_afterwards),
}


def test_killed_anywhere_nothing_is_missing_at_once_and_nothing_is_twice_after_the_next_run(
    pipeline: Pipeline, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each point has a day and a file of its own; one more run, which is about none of them, mends all."""
    days = [f"2024-06-0{number + 1}" for number in range(len(KILLED_AT))]
    delivered = fragment(pipeline, monkeypatch, days)
    complete = set(delivered)
    for day, (point, (target, replaced)) in zip(days, KILLED_AT.items(), strict=True):
        key = f"{STREAMS}{day}.csv"
        late = rows_of(day, 10)
        pipeline.deliver(key, listens(*late))
        pipeline.freeze(day, only=key)
        pipeline.job(JOBS[0], day)
        with monkeypatch.context() as patch:
            patch.setattr(DataBucket, target, replaced(getattr(DataBucket, target)))
            with pytest.raises(Killed):
                pipeline.job(JOBS[1], day)
        delivered += late
        complete |= set(late if target == "delete_curated" else ())
        assert complete <= set(kept(pipeline, spark)), point
    pipeline.deliver(f"{layout.CURATED_LISTENS}_temporary/0/part-0.parquet", b"half")
    pipeline.deliver("output/TopGenresByDay/.spark-staging-1/part-0.json", b"half")

    pipeline.run("the-next")

    assert sorted(kept(pipeline, spark)) == sorted(delivered)
    assert {day: len(files_of(pipeline, day)) for day in days} == dict.fromkeys(days, 1)
    pipeline.assert_right(listens(*delivered), ALL_SONGS)
    assert pipeline.disagreements() == {}
