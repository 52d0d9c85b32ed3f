"""What became of the files of some runs, as people read it: in a line, or file by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from glue_sandbox.terminal.record_table import Column, RecordTable
from glue_sandbox.terminal.words import counted
from music.kpis.view import line, number
from music.runs.chosen import ChosenRuns
from music.runs.delivered import Delivered
from music.runs.names import run_id_of
from music_streams.contracts import STREAMS
from music_streams.ledger import FAILED, SUCCESS

MOST_FILES = 50
COLOURS = {"refused": "red", "failed": "red", "waiting": "yellow"}
# Each with its place in the ledger; where room is short, the highest `drop` goes first.
COUNTS = (
    (Column("ROWS", right=True, drop=1), "rows"),
    (Column("NEW", right=True, drop=3, meaning="rows that no file had before"), "new_listens"),
    (
        Column("AGAIN", right=True, drop=4, meaning="rows that are here already, or twice in it"),
        "duplicate_rows",
    ),
    (Column("REJECTED", right=True, drop=2), "rejected_rows"),
)


def summary(delivered: Sequence[Delivered], runs: ChosenRuns) -> str:
    """Return how many files some runs had, and how much of them was refused."""
    if not delivered:
        return f"Files of {runs.named}: none of its own"

    refused = sum(state_of(each) == "refused" for each in delivered)
    rejected = sum(int(each.row.get("rejected_rows") or 0) for each in delivered)
    of_rows = f"; {counted(rejected, 'row')} rejected" if rejected else ""
    return f"Files of {runs.named}: {len(delivered):,} delivered, {refused or 'none'} refused{of_rows}"


def not_loaded(delivered: Sequence[Delivered]) -> Iterator[str]:
    """Yield which run failed, where, and how many of its files are not loaded."""
    rows = [each.row for each in delivered if state_of(each) == "failed"]
    failed = Counter(
        (str(row["batch_id"]), str(row["failed_step"]))
        for row in rows
        if row.get("failed_step") and row.get("kpi_ingestion_status") != SUCCESS
    )
    for (batch_id, step), count in failed.items():
        its_files = f"its {counted(count, 'file')} {'is' if count == 1 else 'are'} not in these numbers"
        yield f"run {run_id_of(batch_id)} failed at {step}: {its_files}"


def is_all_good(delivered: Sequence[Delivered]) -> bool:
    """Return whether no file, and no row of one, was refused."""
    return not any(state_of(each) == "refused" or each.row.get("rejected_rows") for each in delivered)


def files(delivered: Sequence[Delivered], runs: ChosenRuns, all_command: str) -> RecordTable:
    """Return one row per delivered file: how far it came, and what was in it."""
    table = RecordTable(
        f"Files of {runs.named} (FileValidationMetadata)",
        [Column("FILE"), Column("STATE"), *(column for column, _ in COUNTS)],
        note=_more(len(delivered) - MOST_FILES, all_command),
        empty="none of its own",
    )
    for each in delivered[: MOST_FILES if table.note else None]:
        state = state_of(each)
        counts = (number(each.row.get(name)) for _, name in COUNTS)
        table.add(line(each.name), f"[{COLOURS.get(state, 'green')}]{state}[/]", *counts)
    return table


def refused(delivered: Sequence[Delivered], runs: ChosenRuns, all_command: str) -> RecordTable:
    """Return why files were refused and rows rejected."""
    with_problems = [each for each in delivered if each.row.get("error") or each.row.get("rejected_reasons")]
    table = RecordTable(
        f"Refused files and rejected rows of {runs.named}, and why",
        [Column("FILE"), Column("WHAT"), Column("REASON", wraps=True)],
        note=_more(len(with_problems) - MOST_FILES, all_command),
        empty="none",
    )
    for each in with_problems[: MOST_FILES if table.note else None]:
        if each.row.get("error"):
            table.add(line(each.name), "the file", line(each.row["error"]))
        for reason, count in sorted((each.row.get("rejected_reasons") or {}).items()):
            table.add(line(each.name), counted(int(count), "row"), line(reason))
    return table


def state_of(delivered: Delivered) -> str:
    """Return how far a file came, by its row in the ledger, in the dashboard's words."""
    row = delivered.row
    if row.get("validation_status") == FAILED:
        return "refused"
    if FAILED in (row.get("kpi_ingestion_status"), row.get("archival_status")) or row.get("failed_step"):
        return "failed"
    if row.get("archival_status") == SUCCESS:
        return "in KPIs, archived"
    if row.get("kpi_ingestion_status") == SUCCESS:
        return "in KPIs"
    is_checked = row.get("validation_status") == SUCCESS
    return "read by every run" if is_checked and delivered.file["kind"] != STREAMS.kind else "waiting"


def _more(left_out: int, all_command: str) -> str:
    """Return how to see the files that are left out; nothing where all are shown, or wanted."""
    return f"… and {counted(left_out, 'more file')}: {all_command}" if left_out > 0 and all_command else ""
