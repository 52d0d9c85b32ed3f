"""A start is a list of steps: one runner does them in turn, and takes back what it began when one fails."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from glue_sandbox import hints
from glue_sandbox.terminal.console import out, step

# What else cuts a command short counts as Ctrl-C.
CUT_SHORT = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _nothing() -> None:
    """Take nothing back."""


@dataclass(frozen=True)
class Step:
    """One step: `do` says what came of it, `undo` takes back what it did, also when it was cut short.

    Without a title it is done silently.
    """

    do: Callable[[], str | None]
    title: str = ""
    undo: Callable[[], None] = _nothing


def run_steps(steps: Sequence[Step]) -> None:
    """Do each step; on failure or Ctrl-C take back those that were begun, the last one first."""
    begun: list[Step] = []
    try:
        for each in steps:
            begun.append(each)
            _run(each)
    except BaseException as error:
        with nothing_cuts_short():
            if any(each.undo is not _nothing for each in begun):
                out.print("stopping what was started …")
            for each in reversed(begun):
                each.undo()
            if isinstance(error, KeyboardInterrupt):
                out.print(f"nothing that was started here runs any more; again: {hints.this_command()}")
        raise


@contextmanager
def as_ctrl_c() -> Iterator[None]:
    """Let whatever cuts a command short count as Ctrl-C: what was begun is taken back on the way out.

    What is ignored stays so, as a terminal's end is under nohup.
    """
    heard = [number for number in CUT_SHORT if signal.getsignal(number) != signal.SIG_IGN]
    with _handled_by(signal.default_int_handler, heard):
        yield


@contextmanager
def nothing_cuts_short() -> Iterator[None]:
    """Ignore a second Ctrl-C, which must not leave half of what is taken back."""
    with _handled_by(signal.SIG_IGN):
        yield


@contextmanager
def _handled_by(handler: Any, numbers: Iterable[signal.Signals] = CUT_SHORT) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, handled in before.items():
            signal.signal(number, handled)


def _run(each: Step) -> None:
    if not each.title:
        each.do()
        return
    with step(each.title) as running:
        running.result = each.do() or ""
