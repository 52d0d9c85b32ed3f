"""Files: every delivery is in exactly one place, and archive/ and error/ hold nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from music.audit.checks.deliveries import (
    REFERENCE,
    STREAMS,
    copies_in_archive,
    copies_in_error,
    delivered,
    is_in_landing,
    is_replaced,
    is_taken_back,
)
from music.audit.checks.disagreement import Disagreement
from music.audit.snapshot import AuditSnapshot
from music_streams import layout


def deliveries_are_in_one_place(snapshot: AuditSnapshot) -> Iterator[Disagreement]:
    """Yield each stream file of a manifest that is not in exactly one of landing, archive and error.

    None of them is right, too, if its sender replaced it or took it back before it was read.
    """
    for file in delivered(snapshot, STREAMS):
        landed = [file.key] if is_in_landing(snapshot, file) else []
        places = [*landed, *copies_in_archive(snapshot, file), *copies_in_error(snapshot, file)]

        may_be_nowhere = is_replaced(snapshot, file) or is_taken_back(snapshot, file)
        if len(places) == 1 or (not places and may_be_nowhere):
            continue

        yield Disagreement(
            file.key,
            f"the delivery of {file.last_modified} in one of landing, archive/ and error/",
            " and ".join(places) or "nowhere",
            "make runs; the next run archives what is in landing"
            if places
            else "make kpis (ledger: error); deliver it again: make seed FILE=it",
        )


def archive_and_error_hold_deliveries_only(snapshot: AuditSnapshot) -> Iterator[Disagreement]:
    """Yield objects in archive/ or error/ that are in no manifest, or differ from what was delivered."""
    known = set()
    for file in delivered(snapshot, STREAMS):
        known.update(copies_in_archive(snapshot, file))
    for file in delivered(snapshot, (*STREAMS, *REFERENCE)):
        known.update(copies_in_error(snapshot, file))

    for key in (*snapshot.below(layout.ARCHIVE), *snapshot.below(layout.ERROR)):
        if key not in known and not key.endswith(layout.REASON):
            stored = snapshot.objects[key]
            yield Disagreement(
                key,
                "the bytes of a delivered object, by size and etag",
                f"{stored.size} bytes, etag {stored.etag}, which are in no run's manifest",
                "compare it with what was sent, and deliver that again: make seed FILE=it",
            )


def refused_files_have_their_reason(snapshot: AuditSnapshot) -> Iterator[Disagreement]:
    """Yield files in error/ without the reason beside them, and reasons without their file."""
    keys = set(snapshot.below(layout.ERROR))

    for key in sorted(keys):
        if key.endswith(layout.REASON):
            if key.removesuffix(layout.REASON) not in keys:
                yield Disagreement(key, "the refused file beside it", "no such object", "see its batch_id")
        elif layout.reason_key(key) not in keys:
            yield Disagreement(key, f"a reason beside it ({layout.REASON})", "no such object", "make kpis")
