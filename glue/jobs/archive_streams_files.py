"""landing → archive: moves the stream files whose listens are in DynamoDB, and clears staging.

    python glue/jobs/archive_streams_files.py --bucket B --batch_id ID --ledger_table FileValidationMetadata

Reads    manifests/<batch_id>.json, batches/<batch_id>/calculated.json, FileValidationMetadata
Writes   archive/YYYY/MM/DD/<timestamp>_<name>   verified copy; only then the original is deleted
         FileValidationMetadata                  archival_status
         batches/<batch_id>/archived.json        last: the counts; without it the run is not done
Deletes  staging/                                this run's copies, and what runs that broke off have left
Glue     Python shell, Python 3.9. Safe to repeat. A file replaced during the run is left for the next one.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any, Callable, Optional

from music_streams import layout, step_results, storage
from music_streams.batch import Batch
from music_streams.deliveries import manifest, moving
from music_streams.deliveries.manifest import DeliveredFile
from music_streams.job import JobError, open_batch, say, settings
from music_streams.ledger import SUCCESS
from music_streams.metrics import JobMetrics
from music_streams.step_results import Archived, Calculated
from music_streams.threads import in_threads, pieces

ARCHIVED, LEFT, LOST = "archived", "left for the next run", "lost"
NOT_INGESTED, FAILED = "not ingested", "failed"
FILES_AT_ONCE = 1000
"""Copied before they are recorded, and recorded before the originals are deleted."""


def main() -> None:
    """Archive what the run has brought into DynamoDB."""
    options = settings(sys.argv, archive_bucket="")
    metrics = JobMetrics("archive_streams_files", options.metric_namespace)
    batch, _ = open_batch(options)
    calculated = step_results.require(batch.s3, batch.bucket, batch.batch_id, Calculated)
    files = [file.staged.delivered for file in calculated.files]

    problems: list[str] = []
    bucket = options.extra["archive_bucket"] or batch.bucket
    outcomes: Counter[str] = Counter()
    for some in pieces(files, FILES_AT_ONCE):
        outcomes.update(archive(batch, some, bucket, problems))
    say("archive", files=len(files), **{name.replace(" ", "_"): n for name, n in sorted(outcomes.items())})

    must_be_complete(outcomes, len(files), problems)
    say("staging cleared", objects=clear_staging(batch))
    archived = Archived(batch.batch_id, len(files), outcomes[ARCHIVED], outcomes[LEFT])
    step_results.write(batch.s3, batch.bucket, archived)
    metrics.add("RunsSucceeded", 1)
    metrics.publish()


def must_be_complete(outcomes: "Counter[str]", files: int, problems: "list[str]") -> None:
    """Fail, before the run counts as done, if a file is not where it belongs.

    Raises:
        JobError: files could not be archived, are not in DynamoDB yet, or are in neither place.
    """
    if outcomes[FAILED]:
        raise JobError(
            f"expected every file to be archived, {outcomes[FAILED]} of {files} could not be and stay in"
            f" landing, the first: {problems[0]}: run this job for this batch again"
        )
    if outcomes[NOT_INGESTED]:
        raise JobError(
            f"expected kpi_ingestion_status SUCCESS for {files} files, {outcomes[NOT_INGESTED]} lack it"
            " and stay in landing: run insert_metrics_dynamo for this batch, then this job again"
        )
    if outcomes[LOST]:
        raise JobError(
            f"expected every file in landing or archive, {outcomes[LOST]} are in neither (their listens are"
            " kept in curated/): see archival_status FAILED in the ledger"
        )


def clear_staging(batch: Batch) -> int:
    """Delete the staged copies of this run, and those of runs that broke off before it; return how many.

    There is one run at a time, so what was staged before this run began belongs to one that is over.
    """
    began = manifest.read(batch.s3, batch.bucket, batch.batch_id).created_at
    own = layout.staging_prefix(batch.batch_id)
    keys = [
        entry["Key"]
        for entry in storage.list_objects(batch.s3, batch.bucket, layout.STAGING)
        if entry["Key"].startswith(own) or manifest.utc(entry["LastModified"]) < began
    ]

    storage.delete_keys(batch.s3, batch.bucket, keys)
    return len(keys)


def archive(
    batch: Batch, files: "Sequence[DeliveredFile]", bucket: str, problems: "list[str]"
) -> "list[str]":
    """Move files to archive/ of a bucket, each if the ledger says that this very object is in the KPI tables.

    What goes wrong with one does not stop the others. Return their outcomes.
    """
    rows = batch.ledger.rows_of(file.key for file in files)
    taken = moving.taken_of(batch.s3, bucket, [key for file in files for key in targets_of(file)])

    def copied(file: DeliveredFile) -> str:
        return outcome_of(batch, file, lambda: copy(batch, file, rows.get(file.key), bucket, taken), problems)

    def deleted(file: DeliveredFile) -> str:
        return outcome_of(batch, file, lambda: delete(batch, file), problems)

    outcomes = dict(zip(files, in_threads(copied, files)))
    in_archive = [file for file, outcome in outcomes.items() if outcome == ARCHIVED]
    # The original goes last: no later run sees a file that has left landing, so none would record it.
    batch.ledger.archived(in_archive)
    outcomes.update(zip(in_archive, in_threads(deleted, in_archive)))
    return list(outcomes.values())


def outcome_of(batch: Batch, file: DeliveredFile, step: "Callable[[], str]", problems: "list[str]") -> str:
    """Return a step's outcome for one file; what goes wrong with it is recorded."""
    try:
        return step()
    except Exception as error:  # noqa: BLE001  # the job fails with it once the other files are done
        problem = f"{type(error).__name__}: {error}"[:1000]
        problems.append(f"{file.key}: {problem}")
        say(f"{FAILED} {file.key}: {problem}")
        batch.ledger.archived([file], problem=problem)
        return FAILED


def targets_of(file: DeliveredFile) -> "tuple[str, str]":
    """Return where a file goes, and where it goes if another one is there already."""
    return layout.archive_keys(file.key, file.etag, file.last_modified)


def copy(
    batch: Batch, file: DeliveredFile, row: "Optional[dict[str, Any]]", bucket: str, taken: "set[str]"
) -> str:
    """Copy one file, if its row in the ledger lets it; return the outcome so far."""
    if row is None or row["etag"] != file.etag:
        say(f"{LEFT} {file.key}: another delivery has taken its place in the ledger")
        return LEFT
    if row.get("kpi_ingestion_status") != SUCCESS:
        say(f"{NOT_INGESTED} {file.key}: kpi_ingestion_status is {row.get('kpi_ingestion_status')}")
        return NOT_INGESTED

    target = moving.copy_verified(
        batch.s3, batch.bucket, file.key, file.etag, file.size, targets_of(file), bucket, taken
    )
    if target is None:
        return replaced_or_lost(batch, file)

    say(f"copied {file.key} to {target}")
    return ARCHIVED


def delete(batch: Batch, file: DeliveredFile) -> str:
    """Delete what is in the archive, if landing still holds this very object; return the outcome."""
    if moving.delete_original(batch.s3, batch.bucket, file.key, file.etag):
        say(f"{ARCHIVED} {file.key}")
    else:
        say(f"{ARCHIVED} {file.key}: it had left landing before")

    return ARCHIVED


def replaced_or_lost(batch: Batch, file: DeliveredFile) -> str:
    """Return the outcome of an object that is in neither place: somebody replaced it or removed it."""
    if storage.head(batch.s3, batch.bucket, file.key) is not None:
        problem = "replaced in landing before it was archived; the new file is untouched"
        batch.ledger.archived([file], problem=problem)
        say(f"{LEFT} {file.key}: it was replaced during the run")
        return LEFT

    batch.ledger.archived([file], problem="removed from landing by someone else before it was archived")
    say(f"{LOST} {file.key}: neither in landing nor in archive")
    return LOST


if __name__ == "__main__":
    main()
