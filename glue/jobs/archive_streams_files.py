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
from typing import TYPE_CHECKING

from music_streams import layout, manifest, moving, storage
from music_streams.job import JobError, JobSettings, clients, paper_of, say, settings
from music_streams.ledger import SUCCESS, Ledger
from music_streams.manifest import DeliveredFile
from music_streams.threads import in_threads

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ARCHIVED, LEFT, LOST = "archived", "left for the next run", "lost"
NOT_INGESTED, FAILED = "not ingested", "failed"


def main() -> None:
    """Archive what the run has brought into DynamoDB."""
    options = settings(sys.argv)
    s3, dynamodb = clients()
    ledger = Ledger(dynamodb, options.ledger_table, options.batch_id)
    calculated = paper_of(s3, options, layout.calculated_key(options.batch_id), "calculate_metrics_etl")
    files = [DeliveredFile.from_dict(facts) for facts in calculated["files"]]

    problems: list[str] = []
    outcomes = Counter(in_threads(lambda file: tried(s3, ledger, options, file, problems), files))
    counts = {name.replace(" ", "_"): n for name, n in sorted(outcomes.items())}
    say("archive", files=len(files), **counts)
    if outcomes[FAILED]:
        raise JobError(
            f"expected every file to be archived, {outcomes[FAILED]} of {len(files)} could not be and stay in"
            f" landing, the first: {problems[0]}: run this job for this batch again"
        )
    if outcomes[NOT_INGESTED]:
        raise JobError(
            f"expected kpi_ingestion_status SUCCESS for {len(files)} files, {outcomes[NOT_INGESTED]} lack it"
            " and stay in landing: run insert_metrics_dynamo for this batch, then this job again"
        )
    if outcomes[LOST]:
        raise JobError(
            f"expected every file in landing or archive, {outcomes[LOST]} are in neither (their listens are"
            " kept in curated/): see archival_status FAILED in the ledger"
        )
    say("staging cleared", objects=clear_staging(s3, options))
    paper = {"batch_id": options.batch_id, "files": len(files), **counts}
    storage.write_json(s3, options.bucket, layout.archived_key(options.batch_id), paper)


def clear_staging(s3: "S3Client", options: JobSettings) -> int:
    """Remove the staged copies of this run, and those of runs that broke off before it; returns how many.

    There is one run at a time, so what was staged before this run began belongs to one that is over.
    """
    began = manifest.read(s3, options.bucket, options.batch_id).created_at
    own = layout.staging_prefix(options.batch_id)
    keys = [
        entry["Key"]
        for entry in storage.list_objects(s3, options.bucket, layout.STAGING)
        if entry["Key"].startswith(own) or manifest.utc(entry["LastModified"]) < began
    ]
    storage.delete_keys(s3, options.bucket, keys)
    return len(keys)


def tried(
    s3: "S3Client", ledger: Ledger, options: JobSettings, file: DeliveredFile, problems: "list[str]"
) -> str:
    """Archive one file; what goes wrong with it is noted and does not stop the others."""
    try:
        return archive(s3, ledger, options, file)
    except Exception as error:  # noqa: BLE001  # the job fails with it once the other files are done
        problem = f"{type(error).__name__}: {error}"[:1000]
        problems.append(f"{file.key}: {problem}")
        say(f"{FAILED} {file.key}: {problem}")
        ledger.archived(file, problem=problem)
        return FAILED


def archive(s3: "S3Client", ledger: Ledger, options: JobSettings, file: DeliveredFile) -> str:
    """Move one file, if the ledger says that this very object is in the KPI tables."""
    row = ledger.row(file.key)
    if row is None or row["etag"] != file.etag:
        say(f"{LEFT} {file.key}: another delivery has taken its place in the ledger")
        return LEFT
    if row.get("kpi_ingestion_status") != SUCCESS:
        say(f"{NOT_INGESTED} {file.key}: kpi_ingestion_status is {row.get('kpi_ingestion_status')}")
        return NOT_INGESTED
    targets = layout.archive_keys(file.key, file.etag, file.last_modified)
    target = moving.copy_verified(s3, options.bucket, file.key, file.etag, file.size, targets)
    if target is None:
        return not_there(s3, ledger, options, file)
    # The original goes last: no later run sees a file that has left landing, so none would note it.
    ledger.archived(file)
    deleted = moving.delete_original(s3, options.bucket, file.key, file.etag)
    say(f"{ARCHIVED} {file.key} as {target}" + ("" if deleted else " (it had left landing before)"))
    return ARCHIVED


def not_there(s3: "S3Client", ledger: Ledger, options: JobSettings, file: DeliveredFile) -> str:
    """The object is in neither place: somebody replaced it or removed it."""
    if storage.head(s3, options.bucket, file.key) is not None:
        ledger.archived(file, problem="replaced in landing before it was archived; the new file is untouched")
        say(f"{LEFT} {file.key}: it was replaced during the run")
        return LEFT
    ledger.archived(file, problem="removed from landing by someone else before it was archived")
    say(f"{LOST} {file.key}: neither in landing nor in archive")
    return LOST


if __name__ == "__main__":
    main()
