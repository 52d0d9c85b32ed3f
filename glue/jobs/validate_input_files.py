"""landing → staging: checks every file of the manifest; a bad one goes to error/ with the reason.

    python glue/jobs/validate_input_files.py --bucket B --batch_id ID --ledger_table FileValidationMetadata

Reads    manifests/<batch_id>.json and the files it lists, each only if it is still the object listed
Writes   staging/<batch_id>/<kind>/<file_id>.parquet the contract's columns as delivered, small files together
         reference/<kind>/…                          last good copy of each songs and users file; staged when
                                                     the file is refused, so that no run is without songs
         error/…                                     bad files and why; they leave landing, unless they
                                                     cannot be read at all: then only the ledger says why
         aside/…                                     side files: _SUCCESS, .crc, hidden files
         FileValidationMetadata                      one row per file
         batches/<batch_id>/validated.json           last: the good files, for calculate_metrics_etl
Glue     Python shell, Python 3.9. Safe to repeat.
"""

import sys
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Callable, Optional

from botocore.exceptions import ClientError

from music_streams import layout, ledger, reference, staging, step_results, storage
from music_streams.batch import Batch
from music_streams.contracts import INPUTS, SIDE_FILE
from music_streams.deliveries import csv_reader, manifest, moving
from music_streams.deliveries.csv_reader import BadFileError
from music_streams.deliveries.manifest import DeliveredFile
from music_streams.job import JobError, open_batch, say, settings
from music_streams.ledger import FAILED, SUCCESS, WITHDRAWN, is_withdrawn
from music_streams.metrics import PERCENT, JobMetrics, refused_share
from music_streams.staging import Pack, StagedPack
from music_streams.step_results import RefusedFile, StagedFile, Validated
from music_streams.threads import in_threads

GOOD, BAD, SKIPPED, FOLDER_MARKER, NONE = "good", "bad", "skipped", "folder_marker", "no_outcome"
UNREADABLE, ASIDE = "unreadable", "set_aside"


@dataclass(frozen=True)
class Outcome:
    """What came of one file: its rows and where they are if it is good, else why."""

    name: str
    file: DeliveredFile
    rows: int = 0
    staged_key: str = ""
    reason: str = ""
    is_read_again: bool = False
    """Whether an earlier run has read it, too."""


def main() -> None:
    """Check the manifest's files and leave validated.json.

    Raises:
        JobError: the manifest is one of another bucket.
    """
    options = settings(sys.argv)
    metrics = JobMetrics("validate_input_files", options.metric_namespace)
    batch, _ = open_batch(options)
    frozen = manifest.read(batch.s3, batch.bucket, batch.batch_id)
    if frozen.bucket != batch.bucket:
        raise JobError(f"expected a manifest of bucket {batch.bucket}, found one of {frozen.bucket}")

    say("checking files", **{kind: len(frozen.of_kind(kind)) for kind in INPUTS})

    checked = in_threads(lambda pack: check(batch, pack), staging.packs_of(frozen.files))
    outcomes = [outcome for of_pack in checked for outcome in of_pack]
    by_name = {
        name: [outcome for outcome in outcomes if outcome.name == name]
        for name in (GOOD, BAD, UNREADABLE, SKIPPED, FOLDER_MARKER, ASIDE, NONE)
    }
    must_be_complete(by_name[NONE], by_name[SKIPPED])
    must_have_read_something(by_name[UNREADABLE], by_name[GOOD] + by_name[BAD])

    last_good = reference.stage_last_good(batch, {outcome.file.key for outcome in by_name[GOOD]})
    validated = Validated(
        batch.batch_id,
        (*map(staged_file, by_name[GOOD]), *last_good),
        tuple(RefusedFile(outcome.file, outcome.reason) for outcome in by_name[BAD] + by_name[UNREADABLE]),
        tuple(outcome.file for outcome in by_name[SKIPPED]),
    )
    step_results.write(batch.s3, batch.bucket, validated)
    counts = {name: len(files) for name, files in by_name.items()}
    say("validated", **counts, last_good_copies=len(last_good))
    new = sum(not outcome.is_read_again for outcome in by_name[GOOD])
    publish(metrics, processed=new, refused=counts[BAD] + counts[UNREADABLE])


def staged_file(good: Outcome) -> StagedFile:
    """Return what the next job is told of a good file."""
    return StagedFile(good.file, good.rows, good.staged_key, is_read_again=good.is_read_again)


def publish(metrics: JobMetrics, processed: int, refused: int) -> None:
    """Tell CloudWatch what became of the files."""
    metrics.add("FilesProcessed", processed)
    metrics.add("FilesRefused", refused)
    share = refused_share(processed, refused)
    if share is not None:
        metrics.add("RefusedShare", share, PERCENT)
    metrics.publish()


def must_be_complete(without_outcome: "list[Outcome]", skipped: "list[Outcome]") -> None:
    """Fail, before the next job is told of anything, if the run would compute with less than was delivered.

    Without a songs file all genres of the run's days would be emptied. A stream file that was replaced is
    merely left for the next run.

    Raises:
        JobError: a file has no outcome, or a songs or users file is no longer what the manifest lists.
    """
    if without_outcome:
        first = without_outcome[0]
        raise JobError(
            f"expected an outcome for every file, {len(without_outcome)} have none, the first:"
            f" {first.file.key}: {first.reason}: run validate_input_files for this batch again"
        )

    gone_references = [outcome.file.key for outcome in skipped if outcome.file.kind != "streams"]
    if gone_references:
        raise JobError(
            f"expected {gone_references[0]} as it was when the run began, found it replaced or removed"
            f" ({len(gone_references)} such songs and users files): trigger the DAG again, a new run takes"
            " what is there now"
        )


def must_have_read_something(unreadable: "list[Outcome]", read: "list[Outcome]") -> None:
    """Fail if no file at all could be read: then it is the role or the bucket, and not one file.

    Raises:
        JobError: there are files, and none of them could be read.
    """
    if unreadable and not read:
        first = unreadable[0]
        raise JobError(
            f"expected to read the delivered files, {len(unreadable)} could not be and no other was,"
            f" the first: {first.file.key}: {first.reason}: compare the role's permissions, or remove it"
        )


def check(batch: Batch, pack: Pack) -> "list[Outcome]":
    """Return the outcomes of some files that are staged together.

    What goes wrong with one file does not stop the others.
    """
    if pack[0].kind == manifest.FOLDER_MARKER:
        return [attempt(batch, file, partial(record_marker, batch, file)) for file in pack]
    if pack[0].kind == SIDE_FILE:
        return [attempt(batch, file, partial(set_aside, batch, file)) for file in pack]

    staged = StagedPack(batch, pack)
    try:
        read = [attempt(batch, file, partial(process_file, batch, file, staged)) for file in pack]
        return [
            attempt(batch, each.file, partial(accept, batch, each, staged)) if each.name == GOOD else each
            for each in read
        ]
    finally:
        staged.close()


def attempt(batch: Batch, file: DeliveredFile, step: "Callable[[], Outcome]") -> Outcome:
    """Return what a step makes of a file; where it fails, the file has no outcome."""
    try:
        return step()
    except Exception as error:  # noqa: BLE001  # the job fails with it once the other files are done
        problem = f"{type(error).__name__}: {error}"[:1000]
        say(f"no outcome for {file.key}: {problem}")
        batch.ledger.record_no_outcome(file, problem)
        return Outcome(NONE, file, reason=problem)


def record_marker(batch: Batch, file: DeliveredFile) -> Outcome:
    """Record the 0-byte object of a folder."""
    batch.ledger.validated(file, rows=0)
    return Outcome(FOLDER_MARKER, file)


def set_aside(batch: Batch, file: DeliveredFile) -> Outcome:
    """Move what a tool has left beside data to aside/; another one in its place is the next run's."""
    targets = layout.aside_keys(file.key, file.etag)
    try:
        target = moving.copy_verified(batch.s3, batch.bucket, file.key, file.etag, file.size, targets)
    except ClientError as error:
        if not storage.is_unreadable(error):
            raise
        return unreadable(batch, file, str(error))

    if target is None:
        batch.ledger.validated(file, rows=0, problem=WITHDRAWN)
        return Outcome(ASIDE, file)

    batch.ledger.set_aside(file)
    moving.delete_original(batch.s3, batch.bucket, file.key, file.etag)
    say(f"set aside {file.key} as {target}: such files hold no rows")
    return Outcome(ASIDE, file)


def process_file(batch: Batch, file: DeliveredFile, staged: StagedPack) -> Outcome:
    """Read one file, or refuse it; it is not this run's business if it was replaced or is gone."""
    try:
        rows = read_into(staged, batch, file)
    except BadFileError as problem:
        refuse(batch, file, problem)
        return Outcome(BAD, file, reason=str(problem))
    except ClientError as error:
        if not storage.is_unreadable(error):
            raise
        return unreadable(batch, file, str(error))
    return gone(batch, file) if rows is None else Outcome(GOOD, file, rows, staged.key)


def read_into(staged: StagedPack, batch: Batch, file: DeliveredFile) -> Optional[int]:
    """Add the file's rows to what is staged and return their number.

    None if landing no longer holds the object and an earlier attempt of this run has not staged it.

    Raises:
        BadFileError: the file is no lawful CSV file of its kind.
    """
    try:
        # With IfMatch a file that is replaced meanwhile is never half read.
        body = batch.s3.get_object(Bucket=batch.bucket, Key=file.key, IfMatch=f'"{file.etag}"')["Body"]
    except ClientError as error:
        if storage.error_code(error) not in storage.MISSING | storage.CHANGED:
            raise
        return staged.add_from_earlier_attempt(file)
    return staged.add(file, csv_reader.read_rows(body, file.key, INPUTS[file.kind]))


def accept(batch: Batch, outcome: Outcome, staged: StagedPack) -> Outcome:
    """Put the staged rows in place, and only then record the file as good."""
    staged.upload()
    if outcome.file.kind in reference.KINDS:
        again = reference.keep(batch, outcome.file, outcome.rows)
        outcome = replace(outcome, is_read_again=again)
    batch.ledger.validated(outcome.file, outcome.rows)
    say(f"good file {outcome.file.key}", rows=outcome.rows)
    return outcome


def refuse(batch: Batch, file: DeliveredFile, problem: BadFileError) -> None:
    """Move a bad file to error/, with the reason beside it and in the ledger."""
    say(f"bad file {file.key}: {problem}")
    targets = layout.error_keys(file.key, file.etag)
    target = moving.copy_verified(batch.s3, batch.bucket, file.key, file.etag, file.size, targets)
    if target is not None:
        why = {**asdict(file), "batch_id": batch.batch_id, "code": problem.code, "reason": str(problem)}
        storage.write_json(batch.s3, batch.bucket, layout.reason_key(target), why)

    # The original goes last: until the ledger knows of it, a repeated step must find it again.
    batch.ledger.validated(file, rows=0, problem=str(problem))
    if not moving.delete_original(batch.s3, batch.bucket, file.key, file.etag):
        say(f"left in landing {file.key}: it was replaced while it was read")


def unreadable(batch: Batch, file: DeliveredFile, why: str) -> Outcome:
    """Record a file that S3 does not let us read; what cannot be read cannot be moved either."""
    reason = f"{ledger.UNREADABLE}{why}"
    say(f"left in landing {file.key}: {reason}")
    batch.ledger.validated(file, rows=0, problem=reason)
    return Outcome(UNREADABLE, file, reason=reason)


def gone(batch: Batch, file: DeliveredFile) -> Outcome:
    """Return the outcome of a file that left landing: refused by an earlier attempt, replaced, or removed."""
    row = batch.ledger.row(file.key) or {}
    is_its_row = (row.get("etag"), row.get("delivered_at")) == (file.etag, file.last_modified)
    status = row.get("validation_status")

    if is_its_row and row["batch_id"] == batch.batch_id and status == FAILED and not is_withdrawn(row):
        say(f"bad file {file.key}: {row['error']} (moved before)")
        return Outcome(BAD, file, reason=row["error"])
    if is_its_row and status in (SUCCESS, FAILED):
        say(f"skipped {file.key}: it was checked before, and what came of it is in the ledger")
        return Outcome(SKIPPED, file)

    say(f"skipped {file.key}: {WITHDRAWN}")
    if file.kind == "streams":  # with songs and users gone the run fails, and the next one looks again
        batch.ledger.validated(file, rows=0, problem=WITHDRAWN)
    return Outcome(SKIPPED, file)


if __name__ == "__main__":
    main()
