"""A table that stays readable in a narrow terminal: columns drop out, then each record is a block of its own.

Before it comes to blocks, an id may go into a line of its own below its record. No word, heading or id is
ever broken. What is longer than a line goes on in the next one as the terminal has it, so that it can be
copied whole.
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
INDENT = "  "
BETWEEN = " · "
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
    below: bool = False
    """What its record is called: where it does not fit beside the others, in a line of its own below them."""


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
        else:
            self._explain(self._show_rows(console), console)
        if self.note and self.rows:
            console.print(Text(self.note, style="dim"))

    def _show_rows(self, console: Console) -> Sequence[int]:
        """Print the rows in the first way that this width has room for; return the columns shown."""
        filled = self._filled()
        if (kept := self._kept(filled, console.width)) is not None:
            console.print(self._table(kept, self._widths(kept, console.width), self.rows))
            return kept

        below = [at for at in filled if self.columns[at].below]
        if (
            below
            and (kept := self._kept([at for at in filled if at not in below], console.width)) is not None
        ):
            self._show_with_names_below(kept, below[0], console)
            return [*kept, *below]

        self._show_blocks(filled, console)
        return filled

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

    def _kept(self, columns: Sequence[int], width: int) -> list[int] | None:
        """Return those of these columns that fit; None if not even those do that must stay."""
        kept = list(columns)
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

    def _table(
        self,
        kept: Sequence[int],
        widths: Sequence[int],
        rows: Sequence[Sequence[Text]],
        headings: bool = True,
    ) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), show_header=headings)
        for at, width in zip(kept, widths, strict=True):
            column = self.columns[at]
            table.add_column(
                column.heading,
                justify="right" if column.right else "left",
                width=width,
                no_wrap=not column.wraps,
                overflow="fold",
            )
        for row in rows:
            table.add_row(*(row[at] for at in kept))
        return table

    def _show_with_names_below(self, kept: Sequence[int], below: int, console: Console) -> None:
        """Print a table of the other columns, each row with its name in the next line."""
        widths = self._widths(kept, console.width)
        console.print(self._table(kept, widths, []))
        _print_whole(console, Text(INDENT + self.columns[below].heading, "bold"), INDENT)
        for row in self.rows:
            console.print(self._table(kept, widths, [row], headings=False))
            _print_whole(console, Text(INDENT) + row[below], INDENT)

    def _show_blocks(self, filled: Sequence[int], console: Console) -> None:
        """Print what a record is called, and below it its other values, as many in a line as fit."""
        title = next((at for at in filled if self.columns[at].below), 0)
        for row in self.rows:
            _print_whole(console, self._labelled(title, row), "")
            line = Text()
            for value in (self._labelled(at, row) for at in filled if at != title and row[at].plain):
                if line and cell_len(INDENT + line.plain + BETWEEN + value.plain) > console.width:
                    _print_whole(console, Text(INDENT) + line, INDENT * 2)
                    line = Text()
                line = Text(BETWEEN, "dim").join([line, value]) if line else value
            if line:
                _print_whole(console, Text(INDENT) + line, INDENT * 2)

    def _labelled(self, at: int, row: Sequence[Text]) -> Text:
        return Text.assemble((self.columns[at].heading, "bold"), " ", row[at])


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
