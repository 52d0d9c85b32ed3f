"""What became of the files of a run, as people read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from glue_sandbox.terminal.record_table import Column, RecordTable
from glue_sandbox.terminal.words import counted
from music.kpis.view import line, number
from music.runs.delivered import Delivered
from music_streams.contracts import SONGS, USERS

MOST_FILES = 50
READ_BY_EVERY_RUN = "songs and users files stay in landing and are read by every run, so each run lists them"
COLOURS = {"SUCCESS": "green", "FAILED": "red", "PENDING": "yellow"}
# Each with its place in the ledger; where room is short, the highest `drop` goes first.
COUNTS = (
    (Column("ROWS", right=True, drop=3), "rows"),
    (Column("NEW", right=True, drop=4, meaning="rows that no file had before"), "new_listens"),
    (
        Column("AGAIN", right=True, drop=5, meaning="rows that are here already, or twice in it"),
        "duplicate_rows",
    ),
    (Column("REJECTED", right=True, drop=2), "rejected_rows"),
)
STATES = {"CHECKED": "validation_status", "IN KPIS": "kpi_ingestion_status", "ARCHIVED": "archival_status"}


def has_files_of_every_run(files: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether some of the files of a manifest or of the ledger are those that every run reads."""
    return any(file.get("kind") in (SONGS.kind, USERS.kind) for file in files)


def files(delivered: Sequence[Delivered], of_what: str, all_command: str) -> RecordTable:
    """Return one row per delivered file: what was in it, and how far it came."""
    table = RecordTable(
        f"Delivered files of {of_what} (FileValidationMetadata)",
        [
            Column("FILE"),
            *(column for column, _ in COUNTS),
            *(Column(heading, drop=1) for heading in STATES),
        ],
        note=_more(len(delivered) - MOST_FILES, all_command),
        empty="no file",
    )
    for each in delivered[: MOST_FILES if table.note else None]:
        counts = [number(each.row.get(name)) for _, name in COUNTS]
        table.add(line(each.name), *counts, *(_state(each.row.get(name)) for name in STATES.values()))
    return table


def refused(delivered: Sequence[Delivered], of_what: str, all_command: str) -> RecordTable:
    """Return why files and rows were refused."""
    with_problems = [each for each in delivered if each.row.get("error") or each.row.get("rejected_reasons")]
    table = RecordTable(
        f"Refused, and why, of {of_what}",
        [Column("FILE"), Column("WHAT", wraps=True), Column("REASON", wraps=True)],
        note=_more(len(with_problems) - MOST_FILES, all_command),
        empty="nothing was refused",
    )
    for each in with_problems[: MOST_FILES if table.note else None]:
        if each.row.get("error"):
            table.add(line(each.name), "the file, now in error/", line(each.row["error"]))
        for reason, count in sorted((each.row.get("rejected_reasons") or {}).items()):
            table.add(line(each.name), f"{counted(int(count), 'row')}, now in rejected/", line(reason))
    return table


def _more(left_out: int, all_command: str) -> str:
    """Return how to see the files that are left out; nothing where all are shown, or wanted."""
    return f"… and {counted(left_out, 'more file')}: {all_command}" if left_out > 0 and all_command else ""


def _state(value: object) -> str:
    return f"[{COLOURS.get(str(value), 'dim')}]{value}[/]" if value else ""
