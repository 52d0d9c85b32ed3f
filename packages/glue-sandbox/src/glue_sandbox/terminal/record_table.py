"""A table that stays readable in a narrow terminal: columns drop out, then each record is a block of its own.

No word, heading or id is ever broken. What is longer than a line goes on in the next one as the terminal has
it, so that it can be copied whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from glue_sandbox.terminal.console import out

GAP = 2
BLOCKS_BELOW = 80
"""Columns of a terminal; in a narrower one nothing is left out, and a table that does not fit is blocks."""
Cell = str | Text


@dataclass(frozen=True)
class Column:
    """One column; of those that may be left out, the one with the highest `drop` goes first."""

    heading: str
    right: bool = False
    wraps: bool = False
    """Text that may go on in another line, between words."""
    drop: int = 0
    """0: never left out."""
    meaning: str = ""
    """Said below the table where its heading alone does not say it."""


@dataclass
class RecordTable:
    """Rows below a title, with what its headings do not say and a note below them, or why there are none."""

    title: str
    columns: Sequence[Column]
    rows: list[list[Text]] = field(default_factory=list)
    note: str = ""
    empty: str = ""

    def add(self, *cells: Cell) -> None:
        """Add a row; a string is markup."""
        self.rows.append([Text.from_markup(cell) if isinstance(cell, str) else cell for cell in cells])

    def show(self, console: Console = out) -> None:
        """Print it as the console's width allows."""
        if self.title:
            console.print(Text(self.title, style="bold"))
        if not self.rows:
            console.print(Text(f"  {self.empty or 'none'}", style="dim"))
        elif (kept := self._kept(console.width)) is not None:
            console.print(self._table(kept, self._widths(kept, console.width)))
            self._explain(kept, console)
        else:
            self._show_blocks(console)
            self._explain(self._filled(), console)
        if self.note and self.rows:
            console.print(Text(self.note, style="dim"))

    def _filled(self) -> list[int]:
        return [at for at in range(len(self.columns)) if any(row[at].plain for row in self.rows)]

    def _explain(self, kept: Sequence[int], console: Console) -> None:
        """Print what the headings shown mean, and which columns this width has no room for."""
        shown = [self.columns[at] for at in kept]
        left_out = [self.columns[at].heading for at in self._filled() if at not in kept]
        lines = [f"{column.heading}: {column.meaning}" for column in shown if column.meaning]
        if left_out:
            lines.append(f"in a wider terminal: {', '.join(left_out)}")
        for line in lines:
            console.print(Text(line, style="dim"))

    def _kept(self, width: int) -> list[int] | None:
        """Return the columns that fit, by position; None if not even those do that must stay."""
        kept = self._filled()
        while sum(self._least(at) for at in kept) + GAP * (len(kept) - 1) > width:
            left_out = max(kept, key=lambda at: self.columns[at].drop)
            if width < BLOCKS_BELOW or not self.columns[left_out].drop:
                return None
            kept.remove(left_out)
        return kept

    def _widths(self, kept: Sequence[int], width: int) -> list[int]:
        """Return the columns' widths: of those that wrap the widest give way, none below its longest word."""
        widths, least = [max(map(cell_len, self._texts(at))) for at in kept], [*map(self._least, kept)]
        while sum(widths) + GAP * (len(kept) - 1) > width:
            widest = max(range(len(kept)), key=lambda n: widths[n] if widths[n] > least[n] else 0)
            widths[widest] -= 1
        return widths

    def _least(self, at: int) -> int:
        """Return how narrow a column may be: its longest word if it wraps, else its longest text."""
        texts = self._texts(at)
        if self.columns[at].wraps:
            texts = [word for text in texts for word in text.split()]
        return max(map(cell_len, texts), default=0)

    def _texts(self, at: int) -> list[str]:
        return [self.columns[at].heading, *(row[at].plain for row in self.rows)]

    def _table(self, kept: Sequence[int], widths: Sequence[int]) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0))
        for at, width in zip(kept, widths, strict=True):
            column = self.columns[at]
            table.add_column(
                column.heading,
                justify="right" if column.right else "left",
                width=width,
                no_wrap=not column.wraps,
                overflow="fold",
            )
        for row in self.rows:
            table.add_row(*(row[at] for at in kept))
        return table

    def _show_blocks(self, console: Console) -> None:
        label = max(cell_len(column.heading) for column in self.columns[1:]) + GAP
        for number, row in enumerate(self.rows):
            if number:
                console.print()
            _print_whole(console, Text(f"{self.columns[0].heading} ", style="bold").append_text(row[0]), "")
            for column, cell in zip(self.columns[1:], row[1:], strict=True):
                if cell.plain:
                    line = Text(f"  {column.heading:<{label}}").append_text(cell)
                    _print_whole(console, line, " " * (label + 2))


def _print_whole(console: Console, line: Text, indent: str) -> None:
    """Print a line in as many as its words need; a word longer than a line is left to the terminal."""
    room = console.width - len(indent)
    if any(cell_len(word) > room for word in line.plain.split()):
        console.print(line, soft_wrap=True)
        return

    first, *others = line.wrap(console, console.width)
    console.print(first)
    if others:
        for each in others:
            each.rstrip()
        rest = Text(" ").join(others)
        for each in rest.wrap(console, room):
            console.print(Text(indent).append_text(each))
