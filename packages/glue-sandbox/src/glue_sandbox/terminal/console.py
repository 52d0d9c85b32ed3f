"""How the command line talks to people: steps with their duration, and errors with the next command."""

from __future__ import annotations

import os
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.cells import cell_len
from rich.markup import escape
from rich.status import Status
from rich.text import Text

from glue_sandbox import hints
from glue_sandbox.errors import SandboxError
from glue_sandbox.terminal.visible_text import VisibleConsole

# Tables that go into a file or a pipe are not cut to a terminal's width.
WIDE = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 160
out = VisibleConsole(highlight=False, width=WIDE)
err = VisibleConsole(stderr=True, highlight=False, soft_wrap=True)
DETAIL = "  │ "


class Step:
    """What a running step says of its end, and of what it waits for."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.result = ""
        self._status: Status | None = None
        self._told = ""

    def tell(self, text: str) -> None:
        """Say beside the title what the step waits for; in a pipe once, in a line of its own."""
        if text == self._told:
            return
        self._told = text
        if self._status:
            self._status.update(escape(f"{self.title}: {text}" if text else self.title))
        elif text:
            out.print(Text(f"  {text}"))

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show on a terminal that it is at work."""
        if not out.is_terminal:
            yield
            return
        with out.status(escape(self.title)) as self._status:
            yield


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Show what is being done, then what came of it and how long it took."""
    running = Step(title)
    started = time.monotonic()
    try:
        with running.shown():
            yield running
    except BaseException as error:
        sign = ("- ", "yellow") if isinstance(error, KeyboardInterrupt) else ("✗ ", "red")
        out.print(Text.assemble(sign, title, f" ({time.monotonic() - started:.1f} s)"))
        raise
    seconds = f" ({time.monotonic() - started:.1f} s)"
    out.print(Text.assemble(("✓ ", "green"), title, f": {running.result}" if running.result else "", seconds))


@contextmanager
def working(title: str) -> Iterator[None]:
    """Show on a terminal what is being done, as long as it is; nothing of it stays, or goes into a pipe."""
    if not err.is_terminal:
        yield
        return
    with err.status(escape(title)):
        yield


@contextmanager
def at_work(title: str) -> Iterator[None]:
    """Show on a terminal what is being done, below all that is printed meanwhile; nothing of it stays."""
    if not out.is_terminal:
        yield
        return
    with out.status(escape(title)):
        yield


def say_that_it_follows() -> None:
    """Tell on a terminal that a command goes on, and how it ends."""
    if out.is_terminal:
        out.print("following; Ctrl-C ends", style="dim")


@contextmanager
def last_words(text: str) -> Iterator[None]:
    """Say after Ctrl-C what goes on without this command, and what to type."""
    try:
        yield
    except KeyboardInterrupt:
        out.print(hints.typed(text))
        raise


def show_error(error: SandboxError) -> None:
    """Print the three facts; a log's end comes first, so that the next command stands last."""
    for line in error.details.splitlines():
        print_hanging(err, Text(DETAIL, "dim"), line, "dim", margin=DETAIL)
    print_hanging(err, Text("expected ", "bold red"), hints.typed(error.expected))
    print_hanging(err, Text("found    ", "bold red"), hints.typed(error.found))
    print_hanging(err, Text("next     ", "bold green"), hints.typed(error.next_command))


def print_hanging(
    console: VisibleConsole, label: Text, text: str, style: str = "", *, deeper: int = 0, margin: str = ""
) -> None:
    """Print a label and a text; on a terminal what does not fit its line goes on below the text's begin.

    Or so many columns deeper, or behind a margin that is as wide as the label. A word that is too long for
    that, such as an id, begins further left, in a line of its own where one has room for it.
    """
    indent = label.cell_len + deeper
    first, *others = wrapped(text, console.width - indent) if console.is_terminal else [text]
    if not margin and console.is_terminal and label.cell_len + cell_len(first) > console.width:
        first, others = "", [first, *others]

    console.print(Text.assemble(label, (first, style)), soft_wrap=True)
    for line in others:
        before = margin or " " * max(0, min(indent, console.width - cell_len(line)))
        console.print(Text(before + line, style), soft_wrap=True)


def wrapped(text: str, width: int) -> list[str]:
    """Return the lines of a text, none of which ends inside a word, or inside a command that fits one."""
    lines = textwrap.wrap(hints.unbroken(text, width), width, break_long_words=False, break_on_hyphens=False)
    return [hints.with_spaces(line) for line in lines] or [""]


def last_lines(text: str, count: int = 12) -> str:
    """The end of a log, without blank lines."""
    return "\n".join([line for line in text.splitlines() if line.strip()][-count:])
