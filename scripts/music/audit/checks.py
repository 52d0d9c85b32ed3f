"""The checks of the audit: one function each, from the evidence to every disagreement it finds.

A delivered object is told apart by its key, its etag and its time. The runs' manifests name all of them,
also those whose row in the ledger belongs to a later delivery under the same key by now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from music.audit.compare import differences
from music.audit.snapshot import Evidence, Item
from music_streams import layout
from music_streams.contracts import KPI_TABLES, KpiTable
from music_streams.ledger import FAILED, SUCCESS, is_withdrawn
from music_streams.manifest import DeliveredFile

REFERENCE = ("songs", "users")
STATUSES = ("validation_status", "kpi_ingestion_status", "archival_status")
TEMPORARY = ("/_temporary/", "/.spark-staging", "/_spark_metadata/")


@dataclass(frozen=True)
class Disagreement:
    """One thing that does not fit: what it is about, what was expected and found, what to type."""

    key: str
    expected: str
    found: str
    next: str


Check = Callable[[Evidence], Iterator[Disagreement]]


def runs_are_done(seen: Evidence) -> Iterator[Disagreement]:
    """Every run whose stream files still lie in landing has come to its end."""
    for batch in seen.batches:
        waiting = [file for file in batch.files if file.kind == "streams" and _in_landing(seen, file)]
        if waiting and not batch.is_done:
            last = ", ".join(sorted(batch.papers)) or "none"
            yield Disagreement(
                f"run {batch.batch_id}",
                "archived.json, and its files out of landing",
                f"{len(waiting)} of its files in landing; its papers: {last}",
                "make runs; then wait for the run, or for the next one, which takes them up",
            )


def deliveries_are_in_one_place(seen: Evidence) -> Iterator[Disagreement]:
    """Every stream file that a run took up is in exactly one of landing, archive and error.

    Or in none, if its sender put another in its place or took it back before it was read.
    """
    for file in _deliveries(seen):
        places = [
            *([file.key] if _in_landing(seen, file) else []),
            *_targets(seen, file, layout.archive_keys(file.key, file.etag, file.last_modified)),
            *_targets(seen, file, layout.error_keys(file.key, file.etag)),
        ]
        if len(places) == 1 or (not places and (_is_replaced(seen, file) or _is_withdrawn(seen, file))):
            continue
        yield Disagreement(
            file.key,
            f"the delivery of {file.last_modified} in one of landing, archive/ and error/",
            " and ".join(places) or "nowhere",
            "make kpis (ledger: error); deliver it again: make seed FILE=it"
            if not places
            else "make runs; the next run archives what is in landing",
        )


def archive_and_error_hold_deliveries_only(seen: Evidence) -> Iterator[Disagreement]:
    """Nothing is in archive/ or error/ that no run took up; what differs from its delivery counts as that."""
    known = set()
    for file in _deliveries(seen):
        known.update(_targets(seen, file, layout.archive_keys(file.key, file.etag, file.last_modified)))
        known.update(_targets(seen, file, layout.error_keys(file.key, file.etag)))
    for file in _reference_files(seen):
        known.update(_targets(seen, file, layout.error_keys(file.key, file.etag)))
    for key in (*seen.below("archive/"), *seen.below("error/")):
        if key not in known and not key.endswith(layout.REASON):
            facts = seen.objects[key]
            yield Disagreement(
                key,
                "the bytes of a delivered object, by size and etag",
                f"{facts.size} bytes, etag {facts.etag}, which no run took up",
                "compare it with what was sent, and deliver that again: make seed FILE=it",
            )


def refused_files_have_their_reason(seen: Evidence) -> Iterator[Disagreement]:
    """Beside each file in error/ lies its reason, and beside each reason its file."""
    files = set(seen.below("error/"))
    for key in sorted(files):
        if key.endswith(layout.REASON):
            if key.removesuffix(layout.REASON) not in files:
                yield Disagreement(key, "the refused file beside it", "no such object", "see its batch_id")
        elif layout.reason_key(key) not in files:
            yield Disagreement(key, f"a reason beside it ({layout.REASON})", "no such object", "make kpis")


def ledger_has_a_row_of_each_delivery(seen: Evidence) -> Iterator[Disagreement]:
    """The ledger's row of a key is of its latest delivery that a run took up, and of nothing else."""
    latest: dict[str, tuple[DeliveredFile, str]] = {}
    for batch in seen.batches:
        if "validated.json" in batch.papers:
            for file in batch.files:
                latest[file.key] = file, batch.batch_id
    in_any = {file.key for batch in seen.batches for file in batch.files}
    for key, (file, batch_id) in sorted(latest.items()):
        row = seen.ledger.get(key)
        found = None if row is None else {"etag": row.get("etag"), "size": row.get("size")}
        if found != {"etag": file.etag, "size": file.size} and not _is_of_later_run(seen, row, batch_id):
            yield Disagreement(
                key,
                f"a row with etag {file.etag} and {file.size} bytes, from run {batch_id}",
                "no row" if row is None else f"etag {row.get('etag')} and {row.get('size')} bytes",
                "make runs; deliver it again: make seed FILE=it",
            )
    for key in sorted(set(seen.ledger) - in_any):
        yield Disagreement(key, "a run that took this file up", "a row of the ledger alone", "make runs")


def ledger_statuses_are_final(seen: Evidence) -> Iterator[Disagreement]:
    """A file that is no longer in landing is done, or was refused; nothing is FAILED or PENDING for good."""
    for key, row in sorted(seen.ledger.items()):
        if key in seen.objects and row.get("kind") == "streams":
            continue  # a run is still to come, or its end is: runs_are_done tells of that
        if row.get("validation_status") == FAILED:
            continue  # refused: it reaches no later step
        wanted = STATUSES if row.get("kind") == "streams" else STATUSES[:1]
        for name in wanted:
            if row.get(name) != SUCCESS:
                yield Disagreement(
                    key,
                    f"{name} {SUCCESS}",
                    f"{row.get(name)}{': ' + str(row['error']) if row.get('error') else ''}",
                    "make runs",
                )


def ledger_statuses_fit_the_places(seen: Evidence) -> Iterator[Disagreement]:
    """What the ledger calls refused lies in error/, what it calls archived in archive/."""
    for key, row in sorted(seen.ledger.items()):
        if is_withdrawn(row):
            continue  # it lies nowhere
        file = _file_of(row, key)
        archived: tuple[str, ...] = layout.archive_keys(key, file.etag, file.last_modified)
        for status, value, targets in (
            ("validation_status", FAILED, layout.error_keys(key, file.etag)),
            ("archival_status", SUCCESS, archived),  # stream files alone have it
        ):
            if row.get(status) == value and not _targets(seen, file, targets):
                yield Disagreement(
                    key,
                    f"{targets[0]}, as {status} is {value}",
                    "no such object, or another size or etag",
                    "deliver it again: make seed FILE=it",
                )


def ledger_counts_add_up(seen: Evidence) -> Iterator[Disagreement]:
    """Rows = rejected + new + repeated, and the reasons of the rejected ones are as many."""
    for key, row in sorted(seen.ledger.items()):
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


def rejected_rows_are_kept(seen: Evidence) -> Iterator[Disagreement]:
    """Below rejected/ there are as many rows of each file as were counted."""
    for file_id, wanted, expected, found in _miscounted(
        seen, seen.rejected_lines, lambda row: int(row["rejected_rows"])
    ):
        yield Disagreement(
            f"rejected/…/file_id={file_id}/" if wanted is None else str(wanted["key"]),
            f"{expected} rejected rows (file_id {file_id})",
            f"{found} in rejected/",
            "deliver the file again: known listens stay single",
        )


def curated_listens_are_as_counted(seen: Evidence) -> Iterator[Disagreement]:
    """Curated holds as many listens of each file as were counted."""
    for file_id, wanted, expected, found in _miscounted(
        seen, seen.curated_listens, lambda row: int(row.get("new_listens", 0))
    ):
        yield Disagreement(
            f"curated/listens/ of file_id {file_id}" if wanted is None else str(wanted["key"]),
            f"{expected} listens (file_id {file_id})",
            f"{found} in curated/",
            "deliver the file again: known listens stay single",
        )


def curated_holds_each_listen_once(seen: Evidence) -> Iterator[Disagreement]:
    """No listen is in two curated files; one may be, from a kill until the next run."""
    for date, count in sorted(seen.repeated_listens.items()):
        yield Disagreement(
            layout.curated_partition(date),
            "each listen once",
            f"{count} of them in more than one file; the KPIs count each once",
            _recompute(date),
        )


def staging_is_cleared(seen: Evidence) -> Iterator[Disagreement]:
    """No staged copies but those of runs since the last one that is done: that one has cleared all."""
    after = max((n for n, batch in enumerate(seen.batches) if batch.is_done), default=-1) + 1
    broken_off = {batch.batch_id for batch in seen.batches[after:]}
    left: dict[str, int] = {}
    for key in seen.below("staging/"):
        batch_id = key.split("/")[1]
        if batch_id not in broken_off and batch_id != "tmp":
            left[batch_id] = left.get(batch_id, 0) + 1
    for batch_id, count in sorted(left.items()):
        yield Disagreement(
            layout.staging_prefix(batch_id),
            "nothing",
            f"{count} staged copies",
            f"make run JOB=archive_streams_files ARGS='--batch_id {batch_id}'",
        )


def no_dates_are_pending(seen: Evidence) -> Iterator[Disagreement]:
    """No run has begun to change dates that are not yet in the KPI tables."""
    for key in seen.below(layout.PENDING):
        yield Disagreement(
            key, "no note of unfinished dates", "one", "make runs; the next run completes them"
        )


def nothing_temporary_is_left(seen: Evidence) -> Iterator[Disagreement]:
    """No half-written files of Spark and no unfinished upload."""
    for key in seen.objects:
        if any(part in f"/{key}" for part in TEMPORARY):
            yield Disagreement(key, "no temporary object", "one", f"remove it: aws s3 rm s3://…/{key}")
    for key in seen.unfinished_uploads:
        yield Disagreement(key, "no unfinished upload", "one", "it is aborted by itself after 7 days")


def notes_are_what_is_in_dynamodb(seen: Evidence) -> Iterator[Disagreement]:
    """The loader's note of each date is what the table holds; it writes differences from its note only."""
    for table in KPI_TABLES:
        notes = seen.notes.get(table.name, {})
        for date, snapshots in sorted(notes.items()):
            held = [item for item in seen.found.get(table.name, []) if item[table.date_column] == date]
            where = f"{layout.LOADED}{table.name}/{date}/"
            if len(snapshots) != 1:
                yield Disagreement(where, "one note", f"{len(snapshots)}", _recompute(date))
            elif any(differences(table.key, snapshots[0], held)):
                yield Disagreement(
                    where,
                    f"the {len(held)} items that {table.name} holds",
                    f"a note of {len(snapshots[0])} items, some of them other ones",
                    "the table was changed by someone else: make recompute after removing this note",
                )


def track_level_reports_are_as_recounted(seen: Evidence) -> Iterator[Disagreement]:
    """Every item of track_level_reports equals a recount of curated and songs; none is stale or missing."""
    return _table_is_as_recounted(seen, KPI_TABLES[0])


def music_streaming_kpis_are_as_recounted(seen: Evidence) -> Iterator[Disagreement]:
    """Every item of MusicStreamingKPIs equals the recount."""
    return _table_is_as_recounted(seen, KPI_TABLES[1])


def top_songs_by_genre_are_as_recounted(seen: Evidence) -> Iterator[Disagreement]:
    """Every item of TopSongsByGenre equals the recount."""
    return _table_is_as_recounted(seen, KPI_TABLES[2])


def top_genres_by_day_are_as_recounted(seen: Evidence) -> Iterator[Disagreement]:
    """Every item of TopGenresByDay equals the recount."""
    return _table_is_as_recounted(seen, KPI_TABLES[3])


def genre_daily_kpis_are_as_recounted(seen: Evidence) -> Iterator[Disagreement]:
    """Every item of GenreDailyKPIs equals the recount."""
    return _table_is_as_recounted(seen, KPI_TABLES[4])


CHECKS: tuple[Check, ...] = (
    runs_are_done,
    deliveries_are_in_one_place,
    archive_and_error_hold_deliveries_only,
    refused_files_have_their_reason,
    ledger_has_a_row_of_each_delivery,
    ledger_statuses_are_final,
    ledger_statuses_fit_the_places,
    ledger_counts_add_up,
    rejected_rows_are_kept,
    curated_listens_are_as_counted,
    curated_holds_each_listen_once,
    staging_is_cleared,
    no_dates_are_pending,
    nothing_temporary_is_left,
    notes_are_what_is_in_dynamodb,
    track_level_reports_are_as_recounted,
    music_streaming_kpis_are_as_recounted,
    top_songs_by_genre_are_as_recounted,
    top_genres_by_day_are_as_recounted,
    genre_daily_kpis_are_as_recounted,
)

CHECKS_OF_DAYS: tuple[Check, ...] = (
    curated_holds_each_listen_once,
    no_dates_are_pending,
    notes_are_what_is_in_dynamodb,
    *CHECKS[-len(KPI_TABLES) :],
)
"""Those that need nothing but what there is of some days; the others need the whole history."""


def _table_is_as_recounted(seen: Evidence, table: KpiTable) -> Iterator[Disagreement]:
    at = table.key.index(table.date_column)
    wanted, found = seen.wanted.get(table.name, []), seen.found.get(table.name, [])
    for each in differences(table.key, wanted, found):
        what = "" if each.attribute is None else f"{each.attribute} "
        yield Disagreement(
            f"{table.name} {' / '.join(each.key)}",
            "no such item" if each.wanted is None else f"{what}{_shown(each.wanted)}",
            "no such item" if each.found is None else f"{what}{_shown(each.found)}",
            _recompute(each.key[at]),
        )


def _recompute(date: str) -> str:
    return f"make recompute FROM={date} TO={date}"


def _shown(value: Any) -> str:
    text = str(_without_types(value))
    return text if len(text) <= 200 else f"{text[:200]}…"


def _without_types(value: Any) -> Any:
    """Decimals as the numbers they are, for people."""
    if isinstance(value, dict):
        return {name: _without_types(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without_types(inner) for inner in value]
    return value if isinstance(value, str | bool | int) or value is None else float(value)


def _deliveries(seen: Evidence) -> list[DeliveredFile]:
    """Every stream file that a run took up, once."""
    return list({file: None for batch in seen.batches for file in batch.files if file.kind == "streams"})


def _reference_files(seen: Evidence) -> list[DeliveredFile]:
    return list({file: None for batch in seen.batches for file in batch.files if file.kind in REFERENCE})


def _in_landing(seen: Evidence, file: DeliveredFile) -> bool:
    there = seen.objects.get(file.key)
    return there is not None and (there.etag, there.modified) == (file.etag, file.last_modified)


def _targets(seen: Evidence, file: DeliveredFile, keys: tuple[str, ...]) -> list[str]:
    """Those of the keys that hold exactly the delivered object."""
    return [
        key
        for key in dict.fromkeys(keys)
        if (there := seen.objects.get(key)) is not None
        and there.size == file.size
        and file.etag in (there.etag, seen.source_etags.get(key))
    ]


def _is_replaced(seen: Evidence, file: DeliveredFile) -> bool:
    """The sender put another object in its place before it was archived; its listens may be in curated."""
    there = seen.objects.get(file.key)
    later = [other.last_modified for other in _deliveries(seen) if other.key == file.key and other != file]
    if there is not None:
        later.append(there.modified)
    return any(modified >= file.last_modified for modified in later)


def _is_withdrawn(seen: Evidence, file: DeliveredFile) -> bool:
    """The run that was to read it found it gone, and the ledger says so."""
    row = seen.ledger.get(file.key)
    return row is not None and is_withdrawn(row) and _file_of(row, file.key) == file


def _is_of_later_run(seen: Evidence, row: Item | None, batch_id: str) -> bool:
    """The row was started afresh by a run that has not come as far yet."""
    order = [batch.batch_id for batch in seen.batches]
    return row is not None and row.get("batch_id") in order[order.index(batch_id) + 1 :]


def _is_of_a_broken_off_run(seen: Evidence, file_id: str) -> bool:
    """The file was taken up by a run that broke off before it counted; what it kept is kept for good."""
    return any(file.file_id == file_id for batch in seen.batches for file in batch.files)


def _counted(seen: Evidence) -> dict[str, Item]:
    """By file_id what the latest run counted of it; where it is of the ledger's row, what that says."""
    counted: dict[str, Item] = {}
    for batch in seen.batches:
        counted.update(batch.counted)
    for key, row in seen.ledger.items():
        if "rejected_rows" in row:
            counted[layout.file_id(key, str(row["etag"]))] = {**row, "key": key}
    return counted


def _miscounted(
    seen: Evidence, held: Mapping[str, int], count: Callable[[Item], int]
) -> Iterator[tuple[str, Item | None, int, int]]:
    """Files of which more or less is held than was counted: id, what was counted, both numbers."""
    counted = _counted(seen)
    for file_id in sorted(counted.keys() | held.keys()):
        wanted, found = counted.get(file_id), held.get(file_id, 0)
        if wanted is None and _is_of_a_broken_off_run(seen, file_id):
            continue
        expected = 0 if wanted is None else count(wanted)
        if expected != found:
            yield file_id, wanted, expected, found


def _file_of(row: Item, key: str) -> DeliveredFile:
    return DeliveredFile(key, str(row["etag"]), int(row["size"]), str(row["delivered_at"]), str(row["kind"]))
