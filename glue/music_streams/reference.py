"""The last good copy of each songs and users file, for runs after a broken one was delivered in its place.

A broken songs file is refused and leaves landing. If runs then went on without songs, they would empty all
genres of their days; so they go on with the copy of its last good delivery, until a good file comes under the
same key. A file that was removed from landing, and not refused, is no longer used. To do without a refused
file as well, delete its copy below `reference/`.
"""

from typing import Optional

from music_streams import layout, staging, storage
from music_streams.batch import Batch
from music_streams.contracts import SONGS, USERS
from music_streams.deliveries import moving
from music_streams.deliveries.manifest import DeliveredFile
from music_streams.job import say
from music_streams.ledger import FAILED
from music_streams.step_results import StagedFile
from music_streams.threads import in_threads

KINDS = (SONGS.kind, USERS.kind)


def keep(batch: Batch, file: DeliveredFile, rows: int) -> bool:
    """Copy a good file's staged rows to where later runs find them; return whether an earlier run did."""
    target = layout.reference_key(file.kind, file.key)
    existing = storage.head(batch.s3, batch.bucket, target)

    if existing is not None and existing["Metadata"]["etag"] == file.etag:
        kept_by: str = existing["Metadata"].get("batch", "")
        return kept_by != batch.batch_id  # of this one: its step is repeated

    staged = layout.staged_key(batch.batch_id, file.kind, file.file_id)
    _copy(batch, staged, target, {**file.metadata(), "rows": str(rows), "batch": batch.batch_id})
    return False


def stage_last_good(batch: Batch, good_keys: "set[str]") -> "list[StagedFile]":
    """Stage and return the copies of refused files that this run has no good file for."""
    used = {layout.reference_key(kind, key) for kind in KINDS for key in good_keys}
    copies = [
        (kind, entry["Key"])
        for kind in KINDS
        for entry in storage.list_objects(batch.s3, batch.bucket, layout.reference_prefix(kind))
        if entry["Key"] not in used
    ]
    staged = in_threads(lambda copy: _staged_if_refused(batch, *copy), copies)
    return [file for file in staged if file is not None]


def _staged_if_refused(batch: Batch, kind: str, copy: str) -> "Optional[StagedFile]":
    metadata = batch.s3.head_object(Bucket=batch.bucket, Key=copy)["Metadata"]
    file = DeliveredFile.from_metadata(kind, metadata)
    row = batch.ledger.row(file.key) or {}
    if row.get("validation_status") != FAILED:
        return None

    staged = layout.staged_key(batch.batch_id, kind, file.file_id)
    _copy(batch, copy, staged, metadata)
    say(
        f"{file.key} was refused, its good delivery of {file.last_modified} is used: {copy}",
        rows=metadata["rows"],
    )
    return StagedFile(file, int(metadata["rows"]), staged, copy, is_read_again=True)


def _copy(batch: Batch, source: str, target: str, metadata: "dict[str, str]") -> None:
    extra = {"MetadataDirective": "REPLACE", "Metadata": metadata, "ContentType": staging.CONTENT_TYPE}
    origin = {"Bucket": batch.bucket, "Key": source}
    batch.s3.copy(origin, batch.bucket, target, ExtraArgs=extra, Config=moving.COPY)  # type: ignore[arg-type]
