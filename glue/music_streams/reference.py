"""The last good copy of each songs and users file, for runs after a broken one was delivered in its place.

A broken songs file is refused and leaves landing. If runs then went on without songs, they would empty all
genres of their days; so they go on with the copy of its last good delivery, until a good file comes under the
same key. A file that was removed from landing, and not refused, is no longer used. To do without a refused
file as well, delete its copy below `reference/`.
"""

from typing import TYPE_CHECKING, Any, Optional

from music_streams import layout, moving, storage
from music_streams.contracts import SONGS, USERS
from music_streams.job import say
from music_streams.ledger import FAILED, Ledger
from music_streams.manifest import DeliveredFile
from music_streams.threads import in_threads

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KINDS = (SONGS.kind, USERS.kind)


def keep(s3: "S3Client", bucket: str, batch_id: str, file: DeliveredFile, rows: int) -> None:
    """Copy a good file's staged rows to where later runs find them."""
    target = layout.reference_key(file.kind, file.key)
    there = storage.head(s3, bucket, target)
    if there is None or there["Metadata"]["etag"] != file.etag:
        staged = layout.staged_key(batch_id, file.kind, file.file_id)
        _copy(s3, bucket, staged, target, {**file.metadata(), "rows": str(rows)})


def stage_last_good(
    s3: "S3Client", ledger: Ledger, bucket: str, batch_id: str, good_keys: "set[str]"
) -> "list[dict[str, Any]]":
    """Stage the copies of refused files that this run has no good file for; returns their facts."""
    used = {layout.reference_key(kind, key) for kind in KINDS for key in good_keys}
    copies = [
        (kind, entry["Key"])
        for kind in KINDS
        for entry in storage.list_objects(s3, bucket, layout.reference_prefix(kind))
        if entry["Key"] not in used
    ]
    staged = in_threads(lambda copy: _staged_if_refused(s3, ledger, bucket, batch_id, *copy), copies)
    return [facts for facts in staged if facts is not None]


def _staged_if_refused(
    s3: "S3Client", ledger: Ledger, bucket: str, batch_id: str, kind: str, copy: str
) -> "Optional[dict[str, Any]]":
    metadata = s3.head_object(Bucket=bucket, Key=copy)["Metadata"]
    file = DeliveredFile.from_metadata(kind, metadata)
    row = ledger.row(file.key) or {}
    if row.get("validation_status") != FAILED:
        return None
    _copy(s3, bucket, copy, layout.staged_key(batch_id, kind, file.file_id), metadata)
    say(
        f"{file.key} was refused, its good delivery of {file.last_modified} is used: {copy}",
        rows=metadata["rows"],
    )
    return _facts(file, int(metadata["rows"]), copy)


def _copy(s3: "S3Client", bucket: str, source: str, target: str, metadata: "dict[str, str]") -> None:
    extra = {"MetadataDirective": "REPLACE", "Metadata": metadata, "ContentType": "application/x-ndjson"}
    s3.copy({"Bucket": bucket, "Key": source}, bucket, target, ExtraArgs=extra, Config=moving.COPY)


def _facts(file: DeliveredFile, rows: int, copy: str) -> "dict[str, Any]":
    return {
        "key": file.key,
        "etag": file.etag,
        "size": file.size,
        "last_modified": file.last_modified,
        "kind": file.kind,
        "file_id": file.file_id,
        "rows": rows,
        "last_good_copy": copy,
    }
