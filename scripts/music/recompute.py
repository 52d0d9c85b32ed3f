"""Days computed anew from what curated holds and the songs of now, by a run of the DAG.

That is also how the results of a day go away whose listens were removed from curated.

A note in `pending/` is all it takes: the next run that begins, whoever starts it, works it off and removes
it. So nothing is lost if this command, Airflow or the run ends in the middle.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from glue_sandbox.airflow.dag_runs import follow_run, open_airflow
from glue_sandbox.clients import s3
from glue_sandbox.console import out
from glue_sandbox.errors import SandboxError
from glue_sandbox.processes.supervisor import State
from glue_sandbox.settings import Settings
from glue_sandbox.status import DAG_ID, airflow_state, data_places
from music.demo import TaskProgress
from music.partitions import dates_below
from music_streams import layout, storage
from music_streams.contracts import TRACK_LEVEL_REPORTS

PATIENCE_SECONDS = 1800


def recompute(settings: Settings, first: str | None, last: str | None) -> None:
    """Note the days, start a run and follow it until the note is worked off."""
    state = airflow_state(settings)
    with_listens, with_results = days_there(settings)
    days = chosen_days(sorted(with_listens | with_results), first, last)
    note = note_days(settings, days)
    out.print(f"noted {len(days)} days, {days[0]} to {days[-1]}: {note}")
    emptied = [day for day in days if day not in with_listens]
    if emptied:
        out.print(f"without any listen now, so what the tables have of it goes: {', '.join(emptied)}")
    if state != State.HEALTHY:
        out.print(f"next: make up (Airflow is {state}; its next run computes them)")
        return
    with TaskProgress() as progress, open_airflow(settings) as airflow:
        run = airflow.trigger(DAG_ID)
        follow_run(settings, airflow, run, PATIENCE_SECONDS, progress.update)
    if storage.head(s3(settings), data_places(settings)[0], note) is not None:
        raise SandboxError(f"{note} to be worked off", "it is still there", "make runs")
    left = [day for day in days if day in with_listens]
    see = f"; see them: make kpis DATE={left[-1]}" if left else ""
    out.print(f"[green]✓[/] {len(days)} days computed anew{see}")


def days_there(settings: Settings) -> tuple[set[str], set[str]]:
    """Days that curated has listens of, and days that there are, or may be, results of."""
    bucket = data_places(settings)[0]
    # Any listen has a row in this table, whatever the songs say.
    results = (layout.output_prefix(TRACK_LEVEL_REPORTS), f"{layout.LOADED}{TRACK_LEVEL_REPORTS.name}/")
    with_listens, *with_results = (
        set(dates_below(s3(settings), bucket, prefix)) for prefix in (layout.CURATED_LISTENS, *results)
    )
    return with_listens, set().union(*with_results)


def chosen_days(there: list[str], first: str | None, last: str | None) -> list[str]:
    """Those of the days from `first` to `last`, both included; None leaves that end open."""
    start, end = (checked_day(name, day) for name, day in (("FROM", first), ("TO", last)))
    chosen = [day for day in there if (start or day) <= day <= (end or day)]
    if not chosen:
        found = f"{there[0]} to {there[-1]}" if there else "none at all"
        raise SandboxError(
            f"days with listens or results from {start or 'the first'} to {end or 'the last'}",
            f"{found} in curated/, output/ and loaded/",
            f"make recompute FROM={there[0]} TO={there[-1]}" if there else "make seed",
        )
    return chosen


def checked_day(name: str, day: str | None) -> str | None:
    """The day itself, if it is one: 2024-06-25."""
    if not day:
        return None
    try:
        is_day = date.fromisoformat(day).isoformat() == day
    except ValueError:
        is_day = False
    if not is_day:
        raise SandboxError(
            f"{name} as a day", f"{name}={day}", "make recompute FROM=2024-06-25 TO=2024-06-26"
        )
    return day


def note_days(settings: Settings, days: list[str]) -> str:
    """Write the note; returns its key. Each has a name of its own, so that none replaces another."""
    note = layout.pending_key(f"recompute_{datetime.now(UTC):%Y%m%dT%H%M%S.%f}")
    storage.write_json(s3(settings), data_places(settings)[0], note, days)
    return note
