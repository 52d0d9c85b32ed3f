"""A start is a list of steps: one runner does them in turn, and takes back what it began when one fails."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
    except BaseException:
        out.print("stopping what was started …")
        let_nothing_cut_short()
        for each in reversed(begun):
            each.undo()
        raise


def let_nothing_cut_short() -> None:
    """Ignore a second Ctrl-C, which must not leave half of what is taken back."""
    for number in CUT_SHORT:
        signal.signal(number, signal.SIG_IGN)


def _run(each: Step) -> None:
    if not each.title:
        each.do()
        return
    with step(each.title) as running:
        running.result = each.do() or ""
