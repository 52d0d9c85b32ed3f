"""The Spark job's step results and counts; its whole way over S3 is proven in tests/service/jobs."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import pytest
from unit.batches import batch_of, calculated_from, leave
from unit.fake_s3 import BUCKET, FakeS3

from jobs import calculate_metrics_etl as job
from music_streams import layout
from music_streams.deliveries import manifest
from music_streams.deliveries.file_counts import FileCounts, summed_up
from music_streams.deliveries.manifest import DeliveredFile
from music_streams.job import JobError
from music_streams.metrics import JobMetrics
from music_streams.step_results import (
    Calculated,
    CountedFile,
    StagedFile,
    StepResultMissingError,
    Validated,
)

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

STREAM = StagedFile(
    DeliveredFile("s.csv", "e1", 1, "2024-06-25T17:43:13Z", "streams"), 3, "staging/b1/streams/s.parquet"
)
SONGS = StagedFile(
    DeliveredFile("m.csv", "e2", 1, "2024-06-25T17:43:13Z", "songs"), 1, "staging/b1/songs/m.parquet"
)
STREAM_ID, SONGS_ID = STREAM.delivered.file_id, SONGS.delivered.file_id


def freeze(s3: FakeS3, *pending: str) -> None:
    """The manifest of a run that began with these pending dates."""
    frozen = manifest.Manifest("b1", "2024-06-25T00:00:00Z", BUCKET, (), pending)
    s3.deliver(layout.manifest_key("b1"), json.dumps(asdict(frozen)).encode())


def stage(s3: FakeS3, file: StagedFile) -> None:
    s3.deliver(file.staged_key, b"")


def staged_files(s3: FakeS3) -> tuple[StagedFile, ...] | None:
    return job.staged_files(batch_of(s3))


def test_without_the_step_before_it_fails_and_names_it(s3: FakeS3) -> None:
    with pytest.raises(
        StepResultMissingError,
        match=r"expected s3://.*validated.json, found nothing: run validate_input_files",
    ):
        staged_files(s3)


def test_a_lost_staged_copy_fails_the_job_before_anything_is_changed(s3: FakeS3) -> None:
    leave(s3, Validated("b1", (STREAM, SONGS)))
    stage(s3, STREAM)
    with pytest.raises(JobError, match=r"expected a staged copy of m\.csv, found none"):
        staged_files(s3)
    stage(s3, SONGS)
    assert staged_files(s3) == (STREAM, SONGS)


def test_after_archiving_a_repeated_job_has_nothing_to_do(s3: FakeS3) -> None:
    leave(s3, Validated("b1", (STREAM, SONGS)))
    stage(s3, SONGS)
    leave(s3, Calculated("b1", ("2024-06-25",)))
    before = s3.text(layout.calculated_key("b1"))
    assert staged_files(s3) is None
    job.nothing_to_calculate(batch_of(s3))
    assert s3.text(layout.calculated_key("b1")) == before


def test_a_run_of_bad_files_only_leaves_an_empty_result(s3: FakeS3) -> None:
    job.nothing_to_calculate(batch_of(s3))
    assert json.loads(s3.text(layout.calculated_key("b1"))) == {
        "batch_id": "b1",
        "dates": [],
        "files": [],
        "reference_files": [],
        "genre_conflicts": 0,
        "pending": [],
    }


@pytest.mark.parametrize(
    ("files", "calculated", "pending", "nothing"),
    [
        ([], None, False, True),
        ([], None, True, False),
        ([SONGS], None, False, False),
        ([STREAM], None, False, False),
        ([STREAM], [STREAM], False, False),
        ([SONGS], [], True, False),
        ([SONGS], [STREAM], True, True),
    ],
    ids=[
        "bad files only",
        "bad files only, but dates of an earlier run",
        "songs to count",
        "listens",
        "listens again",
        "dates of an earlier run, again",
        "archived before: its own dates are done, and others are not its own",
    ],
)
def test_a_run_without_listens_still_does_what_is_left(
    s3: FakeS3,
    files: list[StagedFile],
    calculated: list[StagedFile] | None,
    pending: bool,
    nothing: bool,
) -> None:
    if calculated is not None:
        leave(s3, calculated_from(*[file.delivered for file in calculated]))
    freeze(s3, *(["pending/killed.json"] if pending else []))
    assert job.is_nothing_to_do(batch_of(s3), tuple(files)) is nothing


def test_a_half_read_file_fails_the_job() -> None:
    counts = summed_up([_row(STREAM_ID, None, 2, "2024-06-25")])
    with pytest.raises(JobError, match=r"expected 3 staged rows of s\.csv, found 2"):
        job.check_rows((STREAM,), counts)


def _row(
    file_id: str | None, reason: str | None, rows: int, date: str | None = None, kind: str = "streams"
) -> Any:
    return {
        "kind": kind,
        "file_id": file_id,
        "reason": reason,
        "listen_date": date,
        "rows": rows,
        "unknown_track_rows": 1 if date else None,
        "unknown_user_rows": 2 if date else None,
    }


def test_counts_per_file_as_the_ledger_records_them() -> None:
    counts = summed_up(
        [
            _row("fs", None, 5, "2024-06-25"),
            _row("fs", None, 3, "2024-06-26"),
            _row("fs", "field_count", 2),
            _row("fs", "bad_listen_time", 1),
            _row("fm", "bad_duration_ms", 4, kind="songs"),
            _row(None, "genre_conflict", 6, kind="songs"),
        ]
    )
    counts.files["fs"].new_listens = 7
    assert counts.files["fs"].counts("streams") == FileCounts(
        rows=11,
        rejected_rows=3,
        rejected_reasons={"bad_listen_time": 1, "field_count": 2},
        new_listens=7,
        duplicate_rows=1,
        unknown_track_rows=2,
        unknown_user_rows=4,
    )
    assert counts.files["fm"].counts("songs").to_json() == {
        "rows": 4,
        "rejected_rows": 4,
        "rejected_reasons": {"bad_duration_ms": 4},
    }
    assert (counts.dates, counts.genre_conflicts) == ({"2024-06-25", "2024-06-26"}, 6)
    assert counts.rejected_by_kind == {"streams": 3, "songs": 4}
    assert counts.with_rejected_rows == {"streams": {"fs"}, "songs": {"fm"}}


def test_dates_an_earlier_run_never_loaded_are_done_now_and_own_ones_become_pending_first(s3: FakeS3) -> None:
    s3.deliver("pending/killed.json", b'["2024-06-20"]')
    s3.deliver("pending/later.json", b'["2024-06-21"]')  # asked for after the run began
    freeze(s3, "pending/killed.json")
    counts = summed_up([_row("fs", None, 5, "2024-06-25")])
    dates, pending = job.dates_concerned(batch_of(s3), counts)
    assert (dates, pending) == (["2024-06-20", "2024-06-25"], ["pending/b1.json", "pending/killed.json"])
    assert json.loads(s3.text("pending/b1.json")) == ["2024-06-20", "2024-06-25"]


def test_row_counts_of_all_kinds(spark: SparkSession) -> None:
    from music_streams.transforms.counts import row_counts

    day = "2024-06-25"
    listens = spark.createDataFrame(
        [
            ("f1", None, "7", "t", day),
            ("f1", None, "8", "t", day),
            ("f1", None, "7", "unknown", day),
            ("f1", "bad_listen_time", "8", "unknown", "x"),
            ("f2", None, "8", "unknown", day),
        ],
        "file_id string, reason string, user_id string, track_id string, listen_date string",
    )
    songs = spark.createDataFrame([("t", True), ("u", False)], "track_id string, genre_conflict boolean")
    checked_songs = spark.createDataFrame(
        [("f3", None), ("f3", "bad_duration_ms")], "file_id string, reason string"
    )
    users = spark.createDataFrame(
        [("f4", None, "7"), ("f4", None, "7"), ("f4", "field_count", "8")],
        "file_id string, reason string, user_id string",
    )
    found = row_counts(listens, checked_songs, users, songs).collect()
    names = ("kind", "file_id", "reason", "listen_date", "rows", "unknown_track_rows", "unknown_user_rows")
    assert {tuple(row[name] for name in names) for row in found} == {
        ("streams", "f1", None, day, 3, 1, 1),
        ("streams", "f1", "bad_listen_time", None, 1, 0, 0),
        ("streams", "f2", None, day, 1, 1, 1),
        ("songs", "f3", None, None, 1, None, None),
        ("songs", "f3", "bad_duration_ms", None, 1, None, None),
        ("users", "f4", None, None, 2, None, None),
        ("users", "f4", "field_count", None, 1, None, None),
        ("songs", None, "genre_conflict", None, 1, None, None),
    }


def test_rows_of_a_songs_file_that_an_earlier_run_has_read_are_not_counted_again() -> None:
    def published(is_read_again: bool) -> dict[str, float]:
        songs = replace(SONGS, is_read_again=is_read_again)
        calculated = Calculated(
            "b1",
            files=(CountedFile(STREAM, FileCounts(3, 1, {"field_count": 1})),),
            reference_files=(CountedFile(songs, FileCounts(5, 2, {"no_genre": 2})),),
        )
        metrics = Published("calculate_metrics_etl")
        job.publish(metrics, calculated)
        return metrics.values

    assert published(is_read_again=True) == {
        "RowsAccepted": 2,
        "RowsRejected field_count": 1,
        "DaysTouched": 0,
    }
    assert published(is_read_again=False) == {
        "RowsAccepted": 5,
        "RowsRejected field_count": 1,
        "RowsRejected no_genre": 2,
        "DaysTouched": 0,
    }


class Published(JobMetrics):
    """Metrics that stay here."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.values: dict[str, float] = {}

    def add(self, name: str, value: float, unit: str = "Count", **dimensions: str) -> None:  # noqa: ARG002
        self.values[" ".join([name, *dimensions.values()])] = value

    def publish(self, cloudwatch: Any = None) -> None:
        """Send nothing."""
