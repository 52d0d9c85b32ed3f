"""The figures of growth.py as people read them."""

from __future__ import annotations

from rich.table import Table

from glue_sandbox.bench.harness import peak_memory
from glue_sandbox.bench.usage import GB
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import out
from music.bench.jobs.growth import (
    CRAWL,
    FRAGMENTS,
    HISTORY_DAYS,
    Cost,
    bench_of,
    measure_fragmented,
    measure_history,
    measure_many_files,
    typical,
    whole,
)

MOST_GROWTH = 1.2  # the listing of a day's folders is all that may grow
FEWER_READS = 10


def show_growth(settings: Settings, rounds: int) -> None:
    """What a run costs with a long history, and about a day of many curated files, before and after."""
    with bench_of(settings, is_counted=True) as bench:
        runs = measure_history(bench, rounds)
        before_all, compacting, after_all = measure_fragmented(bench, rounds)

    before, after = typical(before_all), typical(after_all)
    table = _table("S3 REQUESTS", "OBJECTS READ", "KB READ", "SECONDS")
    little, much = (typical([whole(costs) for costs in some]) for some in runs)
    table.add_row("run of one new day, 1 day of history", *_cells(little))
    table.add_row(f"the same, {HISTORY_DAYS} days of history", *_cells(much))
    table.add_row(f"… times as much (target: {MOST_GROWTH} at most)", *_ratios(much, little))
    little, much = (typical([costs[CRAWL] for costs in some]) for some in runs)
    table.add_row("of that the crawl, 1 day of history", *_cells(little))
    table.add_row(f"the same, {HISTORY_DAYS} days of history", *_cells(much))
    table.add_row("… times as much", *_ratios(much, little))
    table.add_row(f"late listens of a day of {FRAGMENTS} curated files", *_cells(before))
    table.add_row("the run that compacts the day", *_cells(compacting))
    table.add_row("late listens afterwards", *_cells(after))
    table.add_row(
        f"… times as much before (target: {FEWER_READS} times the objects)", *_ratios(before, after)
    )
    out.print(table)


def show_files(settings: Settings, files: int) -> None:
    """One run of many small files: seconds of each job, per file, and memory."""
    with bench_of(settings) as bench, peak_memory(bench.settings.state) as memory:
        costs = measure_many_files(bench, files)
    table = _table("SECONDS", "MS PER FILE")
    for name, cost in {**costs, "the whole run": whole(costs)}.items():
        table.add_row(name, f"{cost.seconds:.1f}", f"{1000 * cost.seconds / files:.1f}")
    table.add_row("peak memory of all processes", f"{memory[0] / GB:.1f} GB", "")
    out.print(table)


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("MEASURE")
    for heading in headings:
        table.add_column(heading, justify="right")
    return table


def _cells(cost: Cost) -> tuple[str, ...]:
    kilobytes = f"{cost.bytes_read / 1024:,.0f}"
    return f"{cost.requests:,}", f"{cost.objects_read:,}", kilobytes, f"{cost.seconds:.1f}"


def _ratios(one: Cost, other: Cost) -> tuple[str, ...]:
    pairs = (
        (one.requests, other.requests),
        (one.objects_read, other.objects_read),
        (one.bytes_read, other.bytes_read),
        (one.seconds, other.seconds),
    )
    return tuple(f"{left / right:.2f}" if right else "" for left, right in pairs)
