"""What a run costs against history, against the days that it touches, and against its rows; with a graph."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from glue_sandbox.bench.usage import cpu_of_runs
from glue_sandbox.terminal.console import step
from music.bench.graph import Panel, slope, svg_of
from music.bench.jobs.growth import LISTENS_A_DAY, Bench, bench_of
from music.bench.rows import CPU, Result, Size

if TYPE_CHECKING:
    from glue_sandbox.settings import Settings

HISTORY_DAYS = 365
DAYS_TOUCHED = (1, 8, 32)
ROWS = (10_000, 100_000, 400_000)
GRAPH = "docs/growth.svg"
MOST_GROWTH = 1.2
"""CPU seconds vary by themselves; the listing of a day's folders is all that may grow."""


def measure_growth(settings: Settings, size: Size) -> list[Result]:
    """Return CPU seconds of whole runs, all from cold starts, and draw them in docs/growth.svg."""
    history = size.of(HISTORY_DAYS)
    days = iter(range(1_000, 100_000))  # each run gets days of its own, far from the history

    with bench_of(settings, warm_drivers=0) as bench:

        def typical(number: int, listens: int = LISTENS_A_DAY) -> list[float]:
            return [_run(bench, [next(days) for _ in range(number)], listens) for _ in range(size.rounds)]

        bench.deliver(0)
        bench.run()

        with step("runs with one day in curated, over more days, and of more rows"):
            little = typical(1)
            touched = [(number, median(typical(number))) for number in DAYS_TOUCHED]
            rows = [(number, median(typical(1, number))) for number in map(size.of, ROWS)]

        with step(f"a history of {history} days"):
            for day in range(1, history):
                bench.deliver(day, listens=LISTENS_A_DAY // 10)
            bench.run()

        with step(f"runs with {history} days in curated"):
            much = typical(1)

    panels = [
        Panel("history", "days in curated", [(1, median(little)), (history, median(much))]),
        Panel("days touched", "days with new listens", touched),
        Panel("rows", "listens of one day", rows),
    ]
    (settings.root / GRAPH).write_text(svg_of(panels, CPU), encoding="utf-8")
    return [
        Result(
            f"a run with {history} days in curated against one with 1 day",
            CPU,
            much,
            MOST_GROWTH,
            "1 day",
            little,
        ),
        Result("a day more with new listens", CPU, [slope(touched)]),
        Result("100,000 listens more", CPU, [100_000 * slope(rows)]),
    ]


def _run(bench: Bench, days: list[int], listens: int) -> float:
    """Deliver new listens of these days; return the CPU seconds of the run's four jobs."""
    for day in days:
        bench.deliver(day, listens=listens)
    before = cpu_of_runs(bench.settings)
    bench.run()
    return cpu_of_runs(bench.settings) - before
