"""Every refused file and rejected row of a run: where it is in the delivered file, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from rich.text import Text

from glue_sandbox.settings import Settings
from glue_sandbox.status.status import must_have_started, must_run
from glue_sandbox.terminal.console import out, working
from glue_sandbox.terminal.record_table import Column, RecordTable
from glue_sandbox.terminal.words import counted
from music.kpis.reader import Item, KpiReader
from music.kpis.view import line, number
from music.reports.kpis import Choice
from music.runs.chosen import about_earlier_files, choose_runs
from music.runs.delivered import Delivered, read_delivered
from music.runs.watch import under_way_in

MOST_ROWS = 50
ALL = "make rejected ALL=1"
WHAT_ROW_COUNTS = "ROW counts rows of data: 1 is the first below the header"
ORIGIN = ("source_key", "file_id", "row_number", "reason", "raw")


@dataclass(frozen=True)
class Refused:
    """One row, or a whole file: then without a number."""

    delivered: Delivered
    row: int | None
    """Number of the data row, from 1; the header is not counted."""
    reason: str
    content: str


def print_rejected(settings: Settings, choice: Choice) -> None:
    """Print what was refused of the latest run with files of its own, of another one, or of all.

    Raises:
        SandboxError: there is no run of that name that had files.
    """
    must_run(settings)
    reader = KpiReader(settings)
    with working("Reading rejected rows"):
        runs = choose_runs(reader, choice.run, choice.show_all)
        refused = list(refused_of(reader, runs.manifests))
        at = under_way_in(settings)

    if not runs.manifests:
        if not at:
            must_have_started(settings)
        out.print(f"no run has had files yet; next: {'make watch' if at else 'make seed'}")
        return

    # Of many rows the first are shown: no refused file is to be among the others.
    files_first = sorted(refused, key=lambda each: each.row is not None)
    shown = refused if choice.show_all else files_first[:MOST_ROWS]
    order = ", the newest delivery first" if len(runs.manifests) > 1 else ""
    out.print(Text(f"Refused files and rejected rows of {runs.named}{order}", style="bold"))
    if not refused:
        out.print(Text(f"  none{' so far' if at else ''}", style="dim"))
    for table in _tables(shown):
        out.print()
        table.show()

    out.print()
    if any(each.row is not None for each in shown):
        out.print(Text(WHAT_ROW_COUNTS, style="dim"))
    left = len(refused) - len(shown)
    if left:
        out.print(Text(f"… and {counted(left, 'more row')}: {ALL}", style="dim"))
    if runs.files_of_earlier_runs:
        out.print(Text(about_earlier_files(runs), style="dim"))
    if at:
        out.print(Text(f"more may follow: {at}; next: make watch", style="yellow"))
    if not choice.show_all:
        of_all = "" if left else f"; all: {ALL}"  # of more rows it is said above
        out.print(Text(f"another run: make rejected RUN=… (make runs){of_all}", style="dim"))


def _tables(refused: Sequence[Refused]) -> Iterator[RecordTable]:
    """Yield one table of the files that were refused whole, and one of the rows of each other file."""
    whole = RecordTable("Refused as a whole", [Column("FILE"), Column("REASON", wraps=True)])
    for each in refused:
        if each.row is None:
            whole.add(line(each.delivered.name), line(each.reason))
    if whole.rows:
        yield whole

    with_row = (each for each in refused if each.row is not None)
    for delivered, rows in groupby(with_row, key=lambda each: each.delivered):
        columns = [Column("ROW", right=True), Column("REASON"), Column("CONTENT", wraps=True)]
        table = RecordTable(f"Rejected rows of {delivered.name}, delivered {_minute(delivered)} UTC", columns)
        for each in rows:
            table.add(number(each.row), line(each.reason), line(each.content))
        yield table


def _minute(delivered: Delivered) -> str:
    return str(delivered.file["last_modified"])[:16].replace("T", " ")


def refused_of(reader: KpiReader, manifests: Sequence[Item]) -> Iterator[Refused]:
    """Yield what was refused in these runs, by file; of several runs the newest delivery first."""
    files = read_delivered(reader, manifests)
    if len(manifests) > 1:
        files.sort(key=lambda each: str(each.file["last_modified"]), reverse=True)

    for file in files:
        if file.row.get("error"):
            yield Refused(file, None, str(file.row["error"]), "")
        rows = reader.rejected_rows(file.file)
        for row in sorted(rows, key=lambda row: int(row["row_number"])):
            yield Refused(file, int(row["row_number"]), str(row["reason"]), _content(row))


def _content(row: dict[str, Any]) -> str:
    """Return the row as it was delivered; of one with the right number of fields, its columns."""
    if row.get("raw"):
        return str(row["raw"])
    return ", ".join(f"{name}={value}" for name, value in row.items() if name not in ORIGIN)
