"""Delivered objects in a snapshot: which there are, and where each of them lies.

A delivered object is told apart by its key, its etag and its time. The runs' manifests name all of them,
also those whose row in the ledger belongs to a later delivery under the same key by now.
"""

from __future__ import annotations

from collections.abc import Iterable

from music.audit.snapshot import AuditSnapshot, Item
from music_streams import layout
from music_streams.contracts import SIDE_FILE
from music_streams.deliveries.manifest import DeliveredFile
from music_streams.ledger import is_withdrawn

STREAMS = ("streams",)
REFERENCE = ("songs", "users")
SIDE_FILES = (SIDE_FILE,)


def delivered(snapshot: AuditSnapshot, kinds: Iterable[str]) -> list[DeliveredFile]:
    """Return every delivered object of these kinds that is in a manifest, once."""
    wanted = set(kinds)
    return list(
        dict.fromkeys(file for batch in snapshot.batches for file in batch.files if file.kind in wanted)
    )


def delivered_file(row: Item, key: str) -> DeliveredFile:
    """Return the delivered object that a row of the ledger is about."""
    return DeliveredFile(key, str(row["etag"]), int(row["size"]), str(row["delivered_at"]), str(row["kind"]))


def is_in_landing(snapshot: AuditSnapshot, file: DeliveredFile) -> bool:
    """Return whether this very delivery, and no later one, is in landing."""
    landed = snapshot.objects.get(file.key)
    return landed is not None and (landed.etag, landed.modified) == (file.etag, file.last_modified)


def copies_in_archive(snapshot: AuditSnapshot, file: DeliveredFile) -> list[str]:
    """Return the keys in archive/ that hold exactly this object."""
    return _copies(snapshot, file, layout.archive_keys(file.key, file.etag, file.last_modified))


def copies_in_error(snapshot: AuditSnapshot, file: DeliveredFile) -> list[str]:
    """Return the keys in error/ that hold exactly this object."""
    return _copies(snapshot, file, layout.error_keys(file.key, file.etag))


def copies_in_aside(snapshot: AuditSnapshot, file: DeliveredFile) -> list[str]:
    """Return the keys in aside/ that hold exactly this object."""
    return _copies(snapshot, file, layout.aside_keys(file.key, file.etag))


def is_replaced(snapshot: AuditSnapshot, file: DeliveredFile) -> bool:
    """Return whether another object took its place before it was archived; curated may have its listens."""
    later = [
        other.last_modified
        for other in delivered(snapshot, (*STREAMS, *SIDE_FILES))
        if other.key == file.key and other != file
    ]

    landed = snapshot.objects.get(file.key)
    if landed is not None:
        later.append(landed.modified)

    return any(modified >= file.last_modified for modified in later)


def is_taken_back(snapshot: AuditSnapshot, file: DeliveredFile) -> bool:
    """Return whether the ledger says that this object was gone before it was read."""
    row = snapshot.ledger.get(file.key)
    return row is not None and is_withdrawn(row) and delivered_file(row, file.key) == file


def _copies(snapshot: AuditSnapshot, file: DeliveredFile, keys: tuple[str, ...]) -> list[str]:
    return [
        key
        for key in dict.fromkeys(keys)
        if (stored := snapshot.objects.get(key)) is not None
        and stored.size == file.size
        and file.etag in (stored.etag, snapshot.source_etags.get(key))
    ]
