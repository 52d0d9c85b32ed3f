"""Files: every delivery is in exactly one place, and archive/, error/ and aside/ hold nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from music.audit.checks.deliveries import (
    REFERENCE,
    SIDE_FILES,
    STREAMS,
    copies_in_archive,
    copies_in_aside,
    copies_in_error,
    delivered,
    is_in_landing,
    is_replaced,
    is_taken_back,
)
from music.audit.checks.disagreement import Disagreement
from music.audit.snapshot import AuditSnapshot
from music_streams import layout

MOVED_TO = (layout.ARCHIVE, layout.ERROR, layout.ASIDE)


def deliveries_are_in_one_place(snapshot: AuditSnapshot) -> Iterator[Disagreement]:
    """Yield each stream or side file of a manifest that is not in exactly one of its places.

    None of them is right, too, if its sender replaced it or took it back before it was read.
    """
    for file in delivered(snapshot, (*STREAMS, *SIDE_FILES)):
        landed = [file.key] if is_in_landing(snapshot, file) else []
        if file.kind in SIDE_FILES:
            moved, expected = copies_in_aside(snapshot, file), "landing and aside/"
        else:
            moved = [*copies_in_archive(snapshot, file), *copies_in_error(snapshot, file)]
            expected = "landing, archive/ and error/"

        places = [*landed, *moved]

        may_be_nowhere = is_replaced(snapshot, file) or is_taken_back(snapshot, file)
        if len(places) == 1 or (not places and may_be_nowhere):
            continue

        yield Disagreement(
            file.key,
            f"the delivery of {file.last_modified} in one of {expected}",
            " and ".join(places) or "nowhere",
            "make runs; the next run archives what is in landing"
            if places
            else "make kpis (ledger: error); deliver it again: make seed FILE=it",
        )


def moved_objects_are_deliveries(snapshot: AuditSnapshot) -> Iterator[Disagreement]:
    """Yield objects in archive/, error/ or aside/ that no manifest has, or that are not as delivered."""
    known = set()
    for file in delivered(snapshot, STREAMS):
        known.update(copies_in_archive(snapshot, file))

    for file in delivered(snapshot, (*STREAMS, *REFERENCE)):
        known.update(copies_in_error(snapshot, file))

    for file in delivered(snapshot, SIDE_FILES):
        known.update(copies_in_aside(snapshot, file))

    for key in (key for prefix in MOVED_TO for key in snapshot.below(prefix)):
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
