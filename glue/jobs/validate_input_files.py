"""landing → staging: checks every file of the manifest; a bad one goes to error/ with the reason.

    python glue/jobs/validate_input_files.py --bucket B --batch_id ID --ledger_table FileValidationMetadata

Reads    manifests/<batch_id>.json and the files it lists, each only if it is still the object listed
Writes   staging/<batch_id>/<kind>/<file_id>.jsonl   the contract's columns as delivered, one row a line
         reference/<kind>/…                          last good copy of each songs and users file; staged when
                                                     the file is refused, so that no run is without songs
         error/…                                     bad files and why; they leave landing
         FileValidationMetadata                      one row per file
         batches/<batch_id>/validated.json           last: the good files, for calculate_metrics_etl
Glue     Python shell, Python 3.9. Safe to repeat.
"""

import json
import sys
import tempfile
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Optional

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from music_streams import csv_reader, layout, manifest, moving, reference, storage
from music_streams.contracts import INPUTS
from music_streams.csv_reader import BadFileError
from music_streams.job import JobError, JobSettings, clients, say, settings
from music_streams.ledger import FAILED, SUCCESS, WITHDRAWN, Ledger, is_withdrawn
from music_streams.manifest import DeliveredFile
from music_streams.threads import in_threads

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

IN_MEMORY = 4 * 1024 * 1024
UPLOAD = TransferConfig(use_threads=False)
GOOD, BAD, SKIPPED, UNJUDGED, MARKER = "good", "bad", "skipped", "unjudged", "folder_marker"


def main() -> None:
    """Check the manifest's files and leave validated.json."""
    options = settings(sys.argv)
    s3, dynamodb = clients()
    ledger = Ledger(dynamodb, options.ledger_table, options.batch_id)
    frozen = manifest.read(s3, options.bucket, options.batch_id)
    if frozen.bucket != options.bucket:
        raise JobError(f"expected a manifest of bucket {options.bucket}, found one of {frozen.bucket}")
    say("checking files", **{kind: len(frozen.of_kind(kind)) for kind in INPUTS})

    outcomes = in_threads(lambda file: check(s3, ledger, options, file), frozen.files)

    lists: dict[str, list[dict[str, Any]]] = {
        outcome: [] for outcome in (GOOD, BAD, SKIPPED, UNJUDGED, MARKER)
    }
    for outcome in outcomes:
        lists[outcome.pop("outcome")].append(outcome)
    must_be_complete(lists)
    good_keys = {facts["key"] for facts in lists[GOOD]}
    last_good = reference.stage_last_good(s3, ledger, options.bucket, options.batch_id, good_keys)
    paper = {
        "batch_id": options.batch_id,
        "files": lists[GOOD] + last_good,
        "bad_files": lists[BAD],
        "skipped_files": lists[SKIPPED],
    }
    storage.write_json(s3, options.bucket, layout.validated_key(options.batch_id), paper)
    say("validated", **{name: len(files) for name, files in lists.items()}, last_good_copies=len(last_good))


def must_be_complete(lists: "dict[str, list[dict[str, Any]]]") -> None:
    """Fail, before the next job is told of anything, if the run would compute with less than was delivered.

    Without a songs file all genres of the run's days would be emptied. A stream file that was replaced is
    merely left for the next run.
    """
    if lists[UNJUDGED]:
        first = lists[UNJUDGED][0]
        raise JobError(
            f"expected an outcome for every file, {len(lists[UNJUDGED])} have none, the first:"
            f" {first['key']}: {first['reason']}: run validate_input_files for this batch again"
        )
    gone_references = [facts["key"] for facts in lists[SKIPPED] if facts["kind"] != "streams"]
    if gone_references:
        raise JobError(
            f"expected {gone_references[0]} as it was when the run began, found it replaced or removed"
            f" ({len(gone_references)} such songs and users files): trigger the DAG again, a new run takes"
            " what is there now"
        )


def check(s3: "S3Client", ledger: Ledger, options: JobSettings, file: DeliveredFile) -> "dict[str, Any]":
    """One file's outcome; what goes wrong with one file does not stop the others."""
    facts = {**asdict(file), "file_id": file.file_id}
    try:
        return judged(s3, ledger, options, file, facts)
    except Exception as error:  # noqa: BLE001  # the job fails with it once the other files are done
        problem = f"{type(error).__name__}: {error}"[:1000]
        say(f"no outcome for {file.key}: {problem}")
        ledger.unjudged(file, problem)
        return {**facts, "outcome": UNJUDGED, "reason": problem}


def judged(
    s3: "S3Client", ledger: Ledger, options: JobSettings, file: DeliveredFile, facts: "dict[str, Any]"
) -> "dict[str, Any]":
    """One file's way: staged, refused, or not this run's business because it was replaced or is gone."""
    if file.kind == manifest.FOLDER_MARKER:
        ledger.validated(file, rows=0)
        return {**facts, "outcome": MARKER}
    try:
        rows = stage(s3, options, file)
    except BadFileError as problem:
        refuse(s3, ledger, options, file, problem)
        return {**facts, "outcome": BAD, "reason": str(problem)}
    if rows is None:
        return {**facts, **gone(ledger, options, file)}
    if file.kind in reference.KINDS:
        reference.keep(s3, options.bucket, options.batch_id, file, rows)
    ledger.validated(file, rows)
    say(f"good file {file.key}", rows=rows)
    return {**facts, "outcome": GOOD, "rows": rows}


def stage(s3: "S3Client", options: JobSettings, file: DeliveredFile) -> Optional[int]:
    """Write the file's normalised copy; returns its number of rows.

    None if landing no longer holds the object and an earlier attempt of this run has not staged it.
    """
    target = layout.staged_key(options.batch_id, file.kind, file.file_id)
    try:
        # With IfMatch a file that is replaced meanwhile is never half read.
        body = s3.get_object(Bucket=options.bucket, Key=file.key, IfMatch=f'"{file.etag}"')["Body"]
    except ClientError as error:
        if storage.error_code(error) not in storage.MISSING | storage.CHANGED:
            raise
        staged = storage.head(s3, options.bucket, target)
        return None if staged is None else int(staged["Metadata"]["rows"])
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as copy:
        rows = 0
        for row in csv_reader.read_rows(body, file.key, INPUTS[file.kind]):
            rows += 1
            copy.write(staged_line(file, row))
        copy.seek(0)
        extra = {"Metadata": {"rows": str(rows)}, "ContentType": "application/x-ndjson"}
        s3.upload_fileobj(copy, options.bucket, target, ExtraArgs=extra, Config=UPLOAD)
    return rows


def staged_line(file: DeliveredFile, row: csv_reader.Row) -> bytes:
    """One row as the Spark job reads it: strings as delivered, and where they come from."""
    line = {
        "source_key": file.key,
        "file_id": file.file_id,
        "row_number": row.number,
        **row.values,
        "problem": row.problem,
        "raw": row.raw,
    }
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def refuse(
    s3: "S3Client", ledger: Ledger, options: JobSettings, file: DeliveredFile, problem: BadFileError
) -> None:
    """Move a bad file to error/, with the reason beside it and in the ledger."""
    say(f"bad file {file.key}: {problem}")
    targets = layout.error_keys(file.key, file.etag)
    target = moving.copy_verified(s3, options.bucket, file.key, file.etag, file.size, targets)
    if target is not None:
        why = {**asdict(file), "batch_id": options.batch_id, "code": problem.code, "reason": str(problem)}
        storage.write_json(s3, options.bucket, layout.reason_key(target), why)
    # The original goes last: until the ledger knows of it, a repeated step must find it again.
    ledger.validated(file, rows=0, problem=str(problem))
    if not moving.delete_original(s3, options.bucket, file.key, file.etag):
        say(f"left in landing {file.key}: it was replaced while it was read")


def gone(ledger: Ledger, options: JobSettings, file: DeliveredFile) -> "dict[str, Any]":
    """The outcome for a file no longer in landing: refused by an earlier attempt, or replaced, or removed."""
    row = ledger.row(file.key) or {}
    is_its_row = (row.get("etag"), row.get("delivered_at")) == (file.etag, file.last_modified)
    status = row.get("validation_status")
    if is_its_row and row["batch_id"] == options.batch_id and status == FAILED and not is_withdrawn(row):
        say(f"bad file {file.key}: {row['error']} (moved before)")
        return {"outcome": BAD, "reason": row["error"]}
    if is_its_row and status in (SUCCESS, FAILED):
        say(f"skipped {file.key}: it was checked before, and what came of it is in the ledger")
        return {"outcome": SKIPPED}
    say(f"skipped {file.key}: {WITHDRAWN}")
    if file.kind == "streams":  # with songs and users gone the run fails, and the next one looks anew
        ledger.validated(file, rows=0, problem=WITHDRAWN)
    return {"outcome": SKIPPED}


if __name__ == "__main__":
    main()
