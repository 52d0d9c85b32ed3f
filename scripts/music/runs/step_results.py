"""What each run left in the bucket: how many files and rows, and how far it came. Needs no Airflow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from music.date_range import EVERY_DAY, DateRange
from music_streams import layout, step_results, storage
from music_streams.contracts import SIDE_FILE
from music_streams.deliveries import manifest
from music_streams.deliveries.manifest import utc
from music_streams.step_results import Calculated, Validated
from music_streams.threads import in_threads

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

STEPS = ("validate_input_files", "calculate_metrics_etl", "insert_metrics_dynamo", "archive_streams_files")


@dataclass(frozen=True)
class RunResults:
    """One run that had work, from its manifest and the results of its steps."""

    batch_id: str
    began: str
    """ISO 8601 UTC, as its manifest has it."""
    ended: str | None
    files: int
    """Stream files in its manifest."""
    bad_files: int | None
    rows: int | None
    rejected: int | None
    """Rows; None: not counted yet."""
    recomputes: int
    """Lists of pending dates in its manifest."""
    last_step: str | None
    """The last step that left its result; loading leaves none."""
    waiting: int
    """Its stream files that are still in landing."""
    side_files: int = 0
    """What tools have left beside its files; moved to aside/, and refused by nobody."""
    pending_left: int = 0
    """Its lists of pending dates that still exist: no run has come to its end with them."""

    @property
    def is_done(self) -> bool:
        """Return whether its last job has come to its end."""
        return self.last_step == STEPS[-1]

    @property
    def seconds(self) -> float | None:
        """Return seconds from its manifest to its last result; None while there is none."""
        if self.ended is None:
            return None
        return (datetime.fromisoformat(self.ended) - datetime.fromisoformat(self.began)).total_seconds()


def runs_with_work(s3: S3Client, bucket: str, dates: DateRange = EVERY_DAY) -> list[str]:
    """Return batch ids of the runs that had work and began in these days, newest first.

    Only listed: no manifest is read.
    """
    manifests = [
        (entry["LastModified"], entry["Key"])
        for entry in storage.list_objects(s3, bucket, layout.MANIFESTS)
        if not dates or utc(entry["LastModified"])[:10] in dates
    ]
    return [layout.batch_of_manifest(key) for _, key in sorted(manifests)][::-1]


def read_results(s3: S3Client, bucket: str, batch_ids: Iterable[str]) -> dict[str, RunResults]:
    """Return what these runs left, by batch id."""
    landed = {
        entry["Key"]: storage.clean_etag(entry["ETag"])
        for entry in storage.list_objects(s3, bucket, layout.landing_folder("streams"))
    }
    pending = {entry["Key"] for entry in storage.list_objects(s3, bucket, layout.PENDING)}
    results = in_threads(lambda batch_id: _results(s3, bucket, batch_id, landed, pending), batch_ids)
    return {each.batch_id: each for each in results}


def _results(
    s3: S3Client, bucket: str, batch_id: str, landed: Mapping[str, str], pending: set[str]
) -> RunResults:
    frozen = manifest.read(s3, bucket, batch_id)
    streams = frozen.of_kind("streams")
    validated = step_results.read(s3, bucket, batch_id, Validated)
    calculated = step_results.read(s3, bucket, batch_id, Calculated)
    counts = None if calculated is None else [file.counts for file in calculated.files]
    done = _steps_done(s3, bucket, batch_id)

    return RunResults(
        batch_id=batch_id,
        began=frozen.created_at,
        ended=done[-1][1] if done else None,
        files=len(streams),
        bad_files=None if validated is None else len(validated.bad_files),
        rows=None if counts is None else sum(file.rows for file in counts),
        rejected=None if counts is None else sum(file.rejected_rows for file in counts),
        recomputes=len(frozen.pending),
        last_step=done[-1][0] if done else None,
        side_files=len(frozen.of_kind(SIDE_FILE)),
        waiting=sum(1 for file in streams if landed.get(file.key) == file.etag),
        pending_left=len(pending & {*frozen.pending, layout.pending_key(batch_id)}),
    )


def _steps_done(s3: S3Client, bucket: str, batch_id: str) -> list[tuple[str, str]]:
    """Return the steps that left a result, in order, and when they did."""
    keys = {
        STEPS[0]: layout.validated_key(batch_id),
        STEPS[1]: layout.calculated_key(batch_id),
        STEPS[3]: layout.archived_key(batch_id),
    }
    written = {
        entry["Key"]: utc(entry["LastModified"])
        for entry in storage.list_objects(s3, bucket, layout.batch_prefix(batch_id))
    }
    return [(step, written[key]) for step, key in keys.items() if key in written]
