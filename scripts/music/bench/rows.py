"""The rows of the benchmark's table: what was measured, beside what, and what is to be reached."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from types import FrameType

from rich.table import Table

from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import out

P95_ROUNDS = 20
CPU = "CPU seconds"
"""The unit of what the system counts; seconds of the clock are `s`."""
ROWS_OF_A_REAL_FILE = 11_346


@dataclass(frozen=True)
class Result:
    """The rounds of one measure, and those of its peer, which ran in turns with it.

    The figure is the rounds' median; with a peer, the median of the ratios round by round, so that what else
    the machine does falls on both.
    """

    title: str
    unit: str
    rounds: list[float]
    goal: float | None = None
    peer: str = ""
    of_peer: list[float] = field(default_factory=list)
    is_p95: bool = False

    @property
    def figure(self) -> float:
        """Return what is compared with the goal."""
        if self.of_peer:
            return median(own / other for own, other in zip(self.rounds, self.of_peer, strict=True))
        if not self.is_p95 or len(self.rounds) == 1:
            return median(self.rounds)
        # Of few rounds it is the longest one.
        return quantiles(self.rounds, n=20)[-1] if len(self.rounds) >= P95_ROUNDS else max(self.rounds)

    @property
    def is_met(self) -> bool | None:
        """Return whether the goal is reached; None without a goal."""
        return None if self.goal is None else self.figure <= self.goal


@dataclass(frozen=True)
class Size:
    """How often everything is measured, and with which part of the listens and days it is meant for."""

    rounds: int
    scale: float = 1.0

    def of(self, number: int) -> int:
        """Return that part of a number, 1 at least."""
        return max(1, round(self.scale * number))


Measure = Callable[[Settings, Size], list[Result]]


@dataclass(frozen=True)
class Row:
    """What can be measured by itself: its name, how, how often, and after how long it is given up."""

    name: str
    measure: Measure
    rounds: int
    minutes: int


class TimeLimitError(Exception):
    """A measure took longer than it may."""


@contextmanager
def at_most(minutes: float) -> Iterator[None]:
    """End what runs here after so many minutes; it cleans up on its way out.

    Raises:
        TimeLimitError: the minutes are over.
    """

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TimeLimitError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 60 * minutes)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def measure_rows(settings: Settings, rows: list[Row], rounds: int | None, scale: float) -> None:
    """Measure one row after the other and print each as soon as it is known, then the whole table."""
    lines: list[tuple[str, ...]] = []
    load = os.getloadavg()[0]

    for row in rows:
        try:
            with at_most(row.minutes):
                results = row.measure(settings, Size(rounds or row.rounds, scale))
        except TimeLimitError:
            lines.append((row.name, "", "", "", f"given up after {row.minutes} minutes", "", "no"))
            out.print(f"{row.name}: given up after {row.minutes} minutes")
            continue

        measured = [(row.name, *cells(result)) for result in results]
        lines += measured
        for name, title, figure, *_ in measured:
            out.print(f"{name}: {title}: {figure}")

    out.print(_table(lines))
    out.print(
        f"{os.cpu_count()} processors, load {load:.1f} before and {os.getloadavg()[0]:.1f} after. Ratios and"
        " CPU seconds hold on a busy machine; seconds are those of the clock and want a quiet one."
    )


def cells(result: Result) -> tuple[str, ...]:
    """Return a result as people read it: title, figure, goal, rounds, peer and its rounds, met or not."""
    unit = "times" if result.of_peer else f"{result.unit}{', p95' if result.is_p95 else ''}"
    met = {None: "", True: "yes", False: "no"}[result.is_met]
    goal = "" if result.goal is None else f"{result.goal:g}"
    own = f"{_listed(result.rounds)} {result.unit}"
    peer = f"{result.peer}: {_listed(result.of_peer)}" if result.of_peer else result.peer
    return result.title, f"{result.figure:.2f} {unit}", goal, own, peer, met


def _listed(rounds: list[float]) -> str:
    return " ".join(f"{each:.2f}" for each in rounds)


def _table(lines: list[tuple[str, ...]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("ROW", "MEASURE", "FIGURE", "GOAL", "ROUNDS", "PEER", "MET"):
        table.add_column(heading, overflow="fold")
    for line in lines:
        table.add_row(*line)
    return table
