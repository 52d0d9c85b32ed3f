"""Runs: every one has come to its end, and none has left anything behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from music.audit.checks.deliveries import STREAMS, is_in_landing
from music.audit.checks.disagreement import Disagreement
from music.audit.snapshot import AuditSnapshot
from music.runs.names import run_id_of
from music.runs.words import IF_IT_FAILS_TOO
from music_streams import layout

TEMPORARY = ("/_temporary/", "/.spark-staging", "/_spark_metadata/")
GLUES_OWN_FOLDER = "tmp"
"""The name below staging/ that is no batch: Glue's --TempDir."""


def runs_are_done(snapshot: AuditSnapshot) -> Iterator[Disagreement]:
    """Yield each run that has not come to its end and whose stream files are still in landing."""
    for batch in snapshot.batches:
        waiting = [file for file in batch.files if file.kind in STREAMS and is_in_landing(snapshot, file)]
        if waiting and not batch.is_done:
            results = ", ".join(sorted(batch.results)) or "none"
            yield Disagreement(
                f"run {run_id_of(batch.batch_id)}",
                "archived.json, and its files out of landing",
                f"{len(waiting)} of its files in landing; step results: {results}",
                "make runs; then wait for this run, or for the next one, which processes the same files",
            )


def staging_is_cleared(snapshot: AuditSnapshot) -> Iterator[Disagreement]:
    """Yield staged copies of runs that ended before the last one that is done: that one has cleared all."""
    after = max((n for n, batch in enumerate(snapshot.batches) if batch.is_done), default=-1) + 1
    allowed = {batch.batch_id for batch in snapshot.batches[after:]} | {GLUES_OWN_FOLDER}

    batch_ids = (key.split("/")[1] for key in snapshot.below(layout.STAGING))
    left = Counter(batch_id for batch_id in batch_ids if batch_id not in allowed)

    for batch_id, count in sorted(left.items()):
        yield Disagreement(
            layout.staging_prefix(batch_id),
            "nothing",
            f"{count} staged copies",
            f"make run JOB=archive_streams_files ARGS='--batch_id {run_id_of(batch_id)}'",
        )


def no_dates_are_pending(snapshot: AuditSnapshot) -> Iterator[Disagreement]:
    """Yield each list of dates that a run has begun to change and not brought into the KPI tables."""
    for key in snapshot.below(layout.PENDING):
        next_run = f"make runs; the next run computes them{IF_IT_FAILS_TOO}"
        yield Disagreement(key, "no pending dates", "some", next_run)


def nothing_temporary_is_left(snapshot: AuditSnapshot) -> Iterator[Disagreement]:
    """Yield half-written files of Spark and unfinished uploads."""
    for key in snapshot.objects:
        if any(part in f"/{key}" for part in TEMPORARY):
            yield Disagreement(key, "no temporary object", "one", f"remove it: aws s3 rm s3://…/{key}")

    for key in snapshot.unfinished_uploads:
        yield Disagreement(key, "no unfinished upload", "one", "S3 aborts it after 7 days")
