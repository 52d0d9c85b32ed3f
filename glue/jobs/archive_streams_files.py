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

from music_streams import layout, manifest, moving, step_results, storage
from music_streams.batch import Batch
from music_streams.job import JobError, open_batch, say, settings
from music_streams.ledger import SUCCESS
from music_streams.manifest import DeliveredFile
from music_streams.metrics import JobMetrics
from music_streams.step_results import Archived, Calculated
from music_streams.threads import in_threads

ARCHIVED, LEFT, LOST = "archived", "left for the next run", "lost"
NOT_INGESTED, FAILED = "not ingested", "failed"


def main() -> None:
    """Archive what the run has brought into DynamoDB."""
    options = settings(sys.argv, archive_bucket="")
    metrics = JobMetrics("archive_streams_files", options.metric_namespace)
    batch, _ = open_batch(options)
    calculated = step_results.require(batch.s3, batch.bucket, batch.batch_id, Calculated)
    files = [file.staged.delivered for file in calculated.files]

    problems: list[str] = []
    bucket = options.extra["archive_bucket"] or batch.bucket
    outcomes = Counter(
        in_threads(lambda file: archive_or_record_problem(batch, file, bucket, problems), files)
    )
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


def archive_or_record_problem(batch: Batch, file: DeliveredFile, bucket: str, problems: "list[str]") -> str:
    """Archive one file and return its outcome; what goes wrong with it does not stop the others."""
    try:
        return archive(batch, file, bucket)
    except Exception as error:  # noqa: BLE001  # the job fails with it once the other files are done
        problem = f"{type(error).__name__}: {error}"[:1000]
        problems.append(f"{file.key}: {problem}")
        say(f"{FAILED} {file.key}: {problem}")
        batch.ledger.archived(file, problem=problem)
        return FAILED


def archive(batch: Batch, file: DeliveredFile, bucket: str) -> str:
    """Move one file to archive/ of a bucket, if the ledger says that this very object is in the KPI tables.

    Return its outcome.
    """
    row = batch.ledger.row(file.key)
    if row is None or row["etag"] != file.etag:
        say(f"{LEFT} {file.key}: another delivery has taken its place in the ledger")
        return LEFT
    if row.get("kpi_ingestion_status") != SUCCESS:
        say(f"{NOT_INGESTED} {file.key}: kpi_ingestion_status is {row.get('kpi_ingestion_status')}")
        return NOT_INGESTED

    targets = layout.archive_keys(file.key, file.etag, file.last_modified)
    target = moving.copy_verified(batch.s3, batch.bucket, file.key, file.etag, file.size, targets, bucket)
    if target is None:
        return replaced_or_lost(batch, file)

    # The original goes last: no later run sees a file that has left landing, so none would record it.
    batch.ledger.archived(file)
    deleted = moving.delete_original(batch.s3, batch.bucket, file.key, file.etag)
    say(f"{ARCHIVED} {file.key} as {target}" + ("" if deleted else " (it had left landing before)"))
    return ARCHIVED


def replaced_or_lost(batch: Batch, file: DeliveredFile) -> str:
    """Return the outcome of an object that is in neither place: somebody replaced it or removed it."""
    if storage.head(batch.s3, batch.bucket, file.key) is not None:
        problem = "replaced in landing before it was archived; the new file is untouched"
        batch.ledger.archived(file, problem=problem)
        say(f"{LEFT} {file.key}: it was replaced during the run")
        return LEFT

    batch.ledger.archived(file, problem="removed from landing by someone else before it was archived")
    say(f"{LOST} {file.key}: neither in landing nor in archive")
    return LOST


if __name__ == "__main__":
    main()
