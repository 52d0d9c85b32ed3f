"""landing → archive: moves the stream files whose listens are in DynamoDB, and clears the run's staging.

    python glue/jobs/archive_streams_files.py --bucket B --batch_id ID --ledger_table FileValidationMetadata

Reads    batches/<batch_id>/calculated.json, FileValidationMetadata
Writes   archive/YYYY/MM/DD/<timestamp>_<name>   verified copy; only then the original is deleted
         FileValidationMetadata                  archival_status
Glue     Python shell, Python 3.9. Safe to repeat. A file replaced during the run is left for the next one.
"""

import sys
from collections import Counter
from typing import TYPE_CHECKING

from music_streams import layout, moving, storage
from music_streams.job import JobError, JobSettings, clients, in_threads, say, settings
from music_streams.ledger import SUCCESS, Ledger
from music_streams.manifest import DeliveredFile

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ARCHIVED, LEFT, LOST, NOT_INGESTED = "archived", "left for the next run", "lost", "not ingested"


def main() -> None:
    """Archive what the run has brought into DynamoDB."""
    options = settings(sys.argv)
    s3, dynamodb = clients()
    ledger = Ledger(dynamodb, options.ledger_table, options.batch_id)
    key = layout.calculated_key(options.batch_id)
    calculated = storage.read_json(s3, options.bucket, key)
    if calculated is None:
        raise JobError(
            f"expected s3://{options.bucket}/{key}, found nothing: run calculate_metrics_etl first"
        )
    files = [DeliveredFile.from_dict(facts) for facts in calculated["files"]]

    outcomes = Counter(in_threads(lambda file: archive(s3, ledger, options, file), files))
    say("archive", files=len(files), **{name.replace(" ", "_"): n for name, n in sorted(outcomes.items())})
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
    removed = storage.delete_below(s3, options.bucket, layout.staging_prefix(options.batch_id))
    say("staging cleared", objects=removed)


def archive(s3: "S3Client", ledger: Ledger, options: JobSettings, file: DeliveredFile) -> str:
    """Move one file, if the ledger says that this very object is in the KPI tables."""
    row = ledger.row(file.key)
    if row is None or row["etag"] != file.etag:
        say(f"{LEFT} {file.key}: another delivery has taken its place in the ledger")
        return LEFT
    if row.get("kpi_ingestion_status") != SUCCESS:
        say(f"{NOT_INGESTED} {file.key}: kpi_ingestion_status is {row.get('kpi_ingestion_status')}")
        return NOT_INGESTED
    targets = layout.archive_keys(file.key, file.etag, file.last_modified, options.landing_prefix)
    target = moving.copy_verified(s3, options.bucket, file.key, file.etag, file.size, targets)
    if target is None:
        return not_there(s3, ledger, options, file)
    deleted = moving.delete_original(s3, options.bucket, file.key, file.etag)
    ledger.archived(file)
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
