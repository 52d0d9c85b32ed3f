"""The ledger: a row per delivery, its statuses and its counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from glue_sandbox.terminal.words import counted
from music.audit.checks.deliveries import (
    copies_in_archive,
    copies_in_aside,
    copies_in_error,
    delivered_file,
)
from music.audit.checks.disagreement import Disagreement
from music.audit.snapshot import AuditSnapshot, Item
from music.runs.names import run_id_of
from music_streams import layout
from music_streams.contracts import SIDE_FILE
from music_streams.deliveries.manifest import DeliveredFile
from music_streams.ledger import FAILED, SET_ASIDE, SUCCESS, is_unreadable, is_withdrawn

STATUSES = ("validation_status", "kpi_ingestion_status", "archival_status")
DELIVER_AGAIN = "deliver the file again: known listens stay single"


def ledger_has_a_row_of_each_delivery(snapshot: AuditSnapshot) -> Iterator[Disagreement]:
    """Yield keys whose row is not of their latest delivery that a run validated, and rows of no delivery."""
    latest: dict[str, tuple[DeliveredFile, str]] = {}
    for batch in snapshot.batches:
        if "validated.json" in batch.results:
            latest.update({file.key: (file, batch.batch_id) for file in batch.files})

    for key, (file, batch_id) in sorted(latest.items()):
        row = snapshot.ledger.get(key)
        recorded = None if row is None else {"etag": row.get("etag"), "size": row.get("size")}
        is_its_own = recorded == {"etag": file.etag, "size": file.size}
        if not is_its_own and not _is_of_later_run(snapshot, row, batch_id):
            yield Disagreement(
                key,
                f"a row with etag {file.etag} and {file.size} bytes, from run {run_id_of(batch_id)}",
                "no row" if row is None else f"etag {row.get('etag')} and {row.get('size')} bytes",
                "make runs; deliver it again: make seed FILE=it",
            )

    in_a_manifest = {file.key for batch in snapshot.batches for file in batch.files}
    for key in sorted(set(snapshot.ledger) - in_a_manifest):
        yield Disagreement(key, "a manifest that lists this file", "a row of the ledger alone", "make runs")


def ledger_statuses_are_final(snapshot: AuditSnapshot) -> Iterator[Disagreement]:
    """Yield files no longer in landing that were not refused and whose status is FAILED or PENDING."""
    for key, row in sorted(snapshot.ledger.items()):
        is_stream, is_side_file = row.get("kind") == "streams", row.get("kind") == SIDE_FILE
        if key in snapshot.objects and (is_stream or is_side_file):
            continue  # a run is still to come, or its end is: runs_are_done tells of that
        if row.get("validation_status") == FAILED:
            continue  # refused: it reaches no later step

        final = SET_ASIDE if is_side_file else SUCCESS
        for name in STATUSES if is_stream else STATUSES[:1]:
            if row.get(name) != final:
                error = f": {row['error']}" if row.get("error") else ""
                yield Disagreement(key, f"{name} {final}", f"{row.get(name)}{error}", "make runs")


def ledger_statuses_fit_the_places(snapshot: AuditSnapshot) -> Iterator[Disagreement]:
    """Yield files that error/ lacks though refused, archive/ though archived, or aside/ though set aside."""
    for key, row in sorted(snapshot.ledger.items()):
        if is_withdrawn(row) or is_unreadable(row):
            continue  # it lies nowhere, or where it was delivered

        file = delivered_file(row, key)
        error_key = layout.error_keys(key, file.etag)[0]
        aside_key = layout.aside_keys(key, file.etag)[0]
        archive_key = layout.archive_keys(key, file.etag, file.last_modified)[0]

        for status, value, copies, expected in (
            ("validation_status", FAILED, copies_in_error, error_key),
            ("validation_status", SET_ASIDE, copies_in_aside, aside_key),
            ("archival_status", SUCCESS, copies_in_archive, archive_key),  # stream files alone have it
        ):
            if row.get(status) == value and not copies(snapshot, file):
                yield Disagreement(
                    key,
                    f"{expected}, as {status} is {value}",
                    "no such object, or another size or etag",
                    "deliver it again: make seed FILE=it",
                )


def ledger_counts_add_up(snapshot: AuditSnapshot) -> Iterator[Disagreement]:
    """Yield rows where rows ≠ rejected + new + repeated, or where rejected rows ≠ their reasons."""
    for key, row in sorted(snapshot.ledger.items()):
        if "rejected_rows" not in row:
            continue

        reasons = sum(row.get("rejected_reasons", {}).values())
        if reasons != row["rejected_rows"]:
            yield Disagreement(key, f"{row['rejected_rows']} reasons", f"{reasons}", "make kpis")

        if "new_listens" in row:
            parts = row["rejected_rows"] + row["new_listens"] + row["duplicate_rows"]
            if parts != row["rows"] or row["duplicate_rows"] < 0:
                yield Disagreement(
                    key,
                    f"{row['rows']} rows = rejected + new + repeated",
                    f"{row['rejected_rows']} + {row['new_listens']} + {row['duplicate_rows']} = {parts}",
                    "make kpis",
                )


def rejected_rows_are_kept(snapshot: AuditSnapshot) -> Iterator[Disagreement]:
    """Yield files of which rejected/ has more or fewer rows than were counted."""
    for file_id, row, expected, found in _miscounted(
        snapshot, snapshot.rejected_lines, lambda row: int(row["rejected_rows"])
    ):
        yield Disagreement(
            f"rejected/…/file_id={file_id}/" if row is None else str(row["key"]),
            f"{expected} rejected rows (file_id {file_id})",
            f"{found} in rejected/",
            DELIVER_AGAIN,
        )


def curated_listens_are_as_counted(snapshot: AuditSnapshot) -> Iterator[Disagreement]:
    """Yield files of which curated/ has more or fewer listens than were counted."""
    for file_id, row, expected, found in _miscounted(
        snapshot, snapshot.curated_listens, lambda row: int(row.get("new_listens", 0))
    ):
        yield Disagreement(
            f"curated/listens/ of file_id {file_id}" if row is None else str(row["key"]),
            f"{expected} listens (file_id {file_id})",
            f"{found} in curated/",
            DELIVER_AGAIN,
        )


def known_songs_stay_known(snapshot: AuditSnapshot) -> Iterator[Disagreement]:
    """Yield files with more listens of unknown tracks than when they were counted: songs were lost since."""
    rows = _counted(snapshot)
    for file_id, unknown in sorted(snapshot.unknown_listens.items()):
        row = rows.get(file_id)
        if row is not None and unknown > row.get("unknown_track_rows", 0):
            before = counted(int(row.get("unknown_track_rows") or 0), "listen")
            yield Disagreement(
                str(row["key"]),
                f"{before} of tracks that no songs file has",
                f"{unknown}, so a songs file was replaced by one that lacks their tracks",
                "deliver those songs again, under another name: make seed FILE=it; then make recompute ALL=1",
            )


def _is_of_later_run(snapshot: AuditSnapshot, row: Item | None, batch_id: str) -> bool:
    """Return whether a later run, which has not come as far yet, has started this row again."""
    order = [batch.batch_id for batch in snapshot.batches]
    return row is not None and row.get("batch_id") in order[order.index(batch_id) + 1 :]


def _counted(snapshot: AuditSnapshot) -> dict[str, Item]:
    """Return by file_id what the latest run counted; where the ledger has a row of the file, that row."""
    by_file: dict[str, Item] = {}
    for batch in snapshot.batches:
        by_file.update(batch.counted)

    for key, row in snapshot.ledger.items():
        if "rejected_rows" in row:
            by_file[layout.file_id(key, str(row["etag"]))] = {**row, "key": key}

    return by_file


def _miscounted(
    snapshot: AuditSnapshot, stored: Mapping[str, int], count: Callable[[Item], int]
) -> Iterator[tuple[str, Item | None, int, int]]:
    """Yield file_id, what was counted, and both numbers where the stored number is another one."""
    rows = _counted(snapshot)
    in_a_manifest = {file.file_id for batch in snapshot.batches for file in batch.files}

    for file_id in sorted(rows.keys() | stored.keys()):
        row, found = rows.get(file_id), stored.get(file_id, 0)
        if row is None and file_id in in_a_manifest:
            continue  # its run broke off before it counted; what that run kept stays
        expected = 0 if row is None else count(row)
        if expected != found:
            yield file_id, row, expected, found
