"""Computes days again from the curated listens and the present songs, by a run of the DAG.

That is also how the results of a day are removed whose listens were removed from curated.

A list of dates in `pending/` is all it takes: the next run that begins, whoever starts it, computes them and
removes the list. So nothing is lost if this command, Airflow or the run ends in the middle.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from glue_sandbox.airflow.dag_runs import open_dag
from glue_sandbox.clients import s3
from glue_sandbox.errors import SandboxError
from glue_sandbox.processes.supervisor import State
from glue_sandbox.settings import Settings
from glue_sandbox.startup.shared_steps import deploy_changes
from glue_sandbox.status.status import airflow_state, data_places, next_command
from glue_sandbox.terminal.console import last_words, out, working
from glue_sandbox.terminal.words import counted
from music.date_range import DateRange
from music.kpis.reader import RECENT_DAYS, KpiReader, busiest
from music.partitions import dates_below
from music.runs.progress import TaskProgress
from music.runs.watch import STOPPED_WATCHING, mended_by, say_what_is_waited_for
from music_streams import layout, storage
from music_streams.contracts import TRACK_LEVEL_REPORTS

PATIENCE_SECONDS = 1800


def recompute(settings: Settings, dates: DateRange, every_day: bool) -> None:
    """Deploy what was edited, write the pending dates, and follow a run until it has computed them.

    Raises:
        SandboxError: no days are named, there is nothing in these days, or the run failed.
    """
    with working("Looking for days with data"):
        state = airflow_state(settings)
        with_listens, with_results = days_with_data(settings)

    days = chosen_days(sorted(with_listens | with_results), dates)
    if not dates and not every_day:
        raise SandboxError(
            "which days to recompute",
            f"none named; there is data of {in_words(days)}",
            f"make recompute FROM={days[-1]} TO={days[-1]}, or all of them: make recompute ALL=1",
        )

    if state == State.HEALTHY:
        deploy_changes(settings)

    pending = write_pending_dates(settings, days)
    out.print(f"pending: {in_words(days)} ({pending})")
    emptied = [day for day in days if day not in with_listens]
    if emptied:
        out.print(f"no listens any more, so their results will be removed: {', '.join(emptied)}")

    if state != State.HEALTHY:
        out.print(f"Airflow is {state}; its next run computes them; next: {next_command(state)}")
        return

    with last_words(STOPPED_WATCHING), open_dag(settings) as dag, mended_by(again(days)):
        say_what_is_waited_for(dag)
        with TaskProgress() as progress:
            dag.follow_run(dag.trigger(), PATIENCE_SECONDS, progress.update)

    if storage.head(s3(settings), data_places(settings)[0], pending) is not None:
        raise SandboxError(f"{pending} to be removed by the run", "it still exists", "make runs")

    left = [day for day in days if day in with_listens]
    out.print(f"[green]✓[/] {counted(len(days), 'day')} recomputed{how_to_see(KpiReader(settings), left)}")


def again(days: Sequence[str]) -> str:
    """Return what is typed after a failed run of these days: they stay pending until one succeeds."""
    command = f"make recompute FROM={days[0]} TO={days[-1]}"
    return f"correct what its log says, then: {command} (until it succeeds, each run tries these days again)"


def days_with_data(settings: Settings) -> tuple[set[str], set[str]]:
    """Return the days that curated has listens of, and those that there are, or may be, results of."""
    bucket = data_places(settings)[0]
    # Any listen has a row in this table, whatever the songs say.
    results = (layout.output_prefix(TRACK_LEVEL_REPORTS), layout.loaded_table_prefix(TRACK_LEVEL_REPORTS))
    with_listens, *with_results = (
        set(dates_below(s3(settings), bucket, prefix)) for prefix in (layout.CURATED_LISTENS, *results)
    )
    return with_listens, set().union(*with_results)


def chosen_days(existing: list[str], dates: DateRange) -> list[str]:
    """Return those of the existing days that are in the range.

    Raises:
        SandboxError: there is none; the error names the days that exist.
    """
    chosen = [day for day in existing if day in dates]
    if not chosen:
        raise SandboxError(
            f"days with listens or results from {dates.first or 'the first'} to {dates.last or 'the last'}",
            f"{existing[0]} to {existing[-1]}" if existing else "no day with data",
            f"make recompute FROM={existing[0]} TO={existing[-1]}" if existing else "make seed",
        )
    return chosen


def how_to_see(reader: KpiReader, days: Sequence[str]) -> str:
    """Return what to type to see one of these days: of several, the busiest of the latest."""
    if len(days) < 2:
        return "".join(f"; see them: make kpis DATE={day}" for day in days)
    return f"; see the busiest: make kpis DATE={busiest(reader, days[-RECENT_DAYS:])}"


def in_words(days: Sequence[str]) -> str:
    """Return how many days there are, and from which to which; of one day, which."""
    ends = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    return f"{counted(len(days), 'day')}, {ends}"


def write_pending_dates(settings: Settings, days: list[str]) -> str:
    """Write the list of dates; return its key. Each list has its own name, so that none replaces another."""
    key = layout.pending_key(f"recompute_{datetime.now(UTC):%Y%m%dT%H%M%S.%f}")
    storage.write_json(s3(settings), data_places(settings)[0], key, days)
    return key
