"""Every refused row and file of a run: where it is in the delivered file, and why it was refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from glue_sandbox.settings import Settings
from glue_sandbox.status.status import must_have_started, must_run
from glue_sandbox.terminal.console import out, working
from glue_sandbox.terminal.record_table import Column, RecordTable
from glue_sandbox.terminal.words import counted
from music.kpis.reader import Item, KpiReader
from music.kpis.view import line, number
from music.reports.kpis import Choice, chosen_manifests
from music.runs.delivered import Delivered, read_delivered
from music.runs.files_view import READ_BY_EVERY_RUN, has_files_of_every_run
from music.runs.names import run_id_of
from music.runs.watch import under_way_in

MOST_ROWS = 50
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
    """Print what was refused in the latest run that had files, in another one, or in all.

    Raises:
        SandboxError: there is no run of that name that had files.
    """
    must_run(settings)
    reader = KpiReader(settings)
    with working("Reading refused rows"):
        manifests = chosen_manifests(reader, choice)
        refused = list(refused_of(reader, manifests))
        at = under_way_in(settings)

    if not manifests:
        if not at:
            must_have_started(settings)
        out.print(f"no run has had files yet; next: {'make watch' if at else 'make seed'}")
        return

    shown = refused if choice.show_all else refused[:MOST_ROWS]
    names = [run_id_of(str(manifest["batch_id"])) for manifest in manifests]
    table = RecordTable(
        f"Refused in run {names[-1]}" if len(names) == 1 else f"Refused in {counted(len(names), 'run')}",
        [
            Column("FILE"),
            Column("ROW", right=True),
            Column("REASON", wraps=True),
            Column("CONTENT", wraps=True, drop=1),
        ],
        empty="nothing was refused so far" if at else "nothing was refused",
    )
    for each in shown:
        table.add(line(each.delivered.name), number(each.row), line(each.reason), line(each.content))

    table.show()

    left = len(refused) - len(shown)
    if left:
        out.print(Text(f"… and {counted(left, 'more row')}", style="dim"))
    if has_files_of_every_run(each.delivered.file for each in shown):
        out.print(Text(READ_BY_EVERY_RUN, style="dim"))
    if at:
        out.print(Text(f"more may follow: {at}; next: make watch", style="yellow"))
    if not choice.show_all:
        out.print(Text("another run: make rejected RUN=… (make runs), all: make rejected ALL=1", style="dim"))


def refused_of(reader: KpiReader, manifests: Sequence[Item]) -> Iterator[Refused]:
    """Yield what was refused of the files of these runs: files first, then rows by file and number."""
    files = read_delivered(reader, manifests)
    for file in files:
        if file.row.get("error"):
            yield Refused(file, None, str(file.row["error"]), "the whole file")

    for file in files:
        rows = reader.rejected_rows(file.file)
        for row in sorted(rows, key=lambda row: int(row["row_number"])):
            yield Refused(file, int(row["row_number"]), str(row["reason"]), _content(row))


def _content(row: dict[str, Any]) -> str:
    """Return the row as it was delivered; of one with the right number of fields, its columns."""
    if row.get("raw"):
        return str(row["raw"])
    return ", ".join(f"{name}={value}" for name, value in row.items() if name not in ORIGIN)
