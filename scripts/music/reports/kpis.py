"""Prints the KPI tables of a sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import must_have_started, must_run
from glue_sandbox.terminal.console import out, working
from glue_sandbox.terminal.words import counted
from music.date_range import checked_day
from music.kpis.reader import Item, KpiReader
from music.kpis.view import day_details, day_summary
from music.runs.delivered import Delivered, read_delivered
from music.runs.files_view import READ_BY_EVERY_RUN, files, has_files_of_every_run, refused
from music.runs.names import run_id_of
from music.runs.watch import under_way_in
from music_streams.layout import batch_id_of

RECENT_DAYS = 14
OTHERS = "another one: make kpis RUN=… (make runs), all: make kpis ALL=1"


@dataclass(frozen=True)
class Choice:
    """What of the KPIs is to be seen: a day or the busiest, a run or the latest, or all."""

    date: str | None = None
    run: str | None = None
    show_all: bool = False


def print_kpis(settings: Settings, choice: Choice) -> None:
    """Print all days in short, one day in full, and the files of a run.

    Raises:
        SandboxError: there are no results, or none of that day or run.
    """
    with working("Looking for results"):
        must_run(settings)
        reader = KpiReader(settings)
        dates = reader.dates()
        date = checked_day("make kpis", "DATE", choice.date) or busiest(reader, _recent(dates))
        at = under_way_in(settings)
        if at and not dates:
            raise SandboxError("results in DynamoDB", f"none yet: {at}", "make watch")
        if not dates:
            must_have_started(settings)
        if date not in dates or date is None:
            raise SandboxError(
                f"one of {', '.join(_recent(dates))}" if dates else "results in DynamoDB",
                f"none for {date}" if date else "none yet",
                "make kpis" if dates else "make seed",
            )

        manifests = chosen_manifests(reader, choice)

    print_day(reader, dates, date, choice, at)
    print_files(reader, manifests, choice)
    if at:
        out.print(Text(f"\nnumbers will change: {at}; next: make watch", style="yellow"))


def print_day(reader: KpiReader, dates: Sequence[str], date: str, choice: Choice, at: str = "") -> None:
    """Print the days' totals, and one day's tables; `at` says where a run is that may change them."""
    with working("Reading the KPI tables"):
        summary = day_summary(reader, dates if choice.show_all else _recent(dates))
        tables = [summary, *day_details(reader, date, choice.show_all, at)]
    others = [each for each in dates if each != date]
    which = "" if choice.date else f", the busiest of {counted(len(_recent(dates)), 'day')}"
    summary.note = f"below: {date}{which}"
    if others:
        summary.note += f"; another day: make kpis DATE={others[-1]}"
    for table in tables:
        out.print()
        table.show()


def print_files(reader: KpiReader, manifests: Sequence[Item], choice: Choice) -> list[Delivered]:
    """Print what became of the files of some runs; return them."""
    if not manifests:
        return []

    with working("Reading the ledger"):
        delivered = read_delivered(reader, manifests)

    names = [run_id_of(str(manifest["batch_id"])) for manifest in manifests]
    of_what = f"run {names[-1]}" if len(names) == 1 else counted(len(names), "run")
    for table in (files(delivered, of_what, _all(choice)), refused(delivered, of_what, _all(choice))):
        out.print()
        table.show()

    if has_files_of_every_run(each.file for each in delivered):
        out.print(Text(f"\n{READ_BY_EVERY_RUN}", style="dim"))
    if not choice.show_all:
        of_latest = "the latest run" if choice.run is None else "that run"
        rows_of = "" if choice.run is None else f" RUN={choice.run}"
        out.print(Text(f"\nfiles of {of_latest} only; {OTHERS}", style="dim"))
        out.print(Text(f"each refused row: make rejected{rows_of}", style="dim"))

    return delivered


def chosen_manifests(reader: KpiReader, choice: Choice) -> list[Item]:
    """Return the manifests of the chosen run, of the latest, or of all, oldest first.

    Raises:
        SandboxError: there is no run of that name that had files.
    """
    if choice.run:
        manifest = reader.manifest(batch_id_of(choice.run))
        if manifest is None:
            raise SandboxError("a run that had files", f"RUN={choice.run}", "make runs")
        return [manifest]
    return reader.manifests(None if choice.show_all else 1)


def busiest(reader: KpiReader, dates: Sequence[str]) -> str | None:
    """Return the day with most listens; None when there is none."""
    return max(
        dates, key=lambda date: (reader.day(date) or {"listen_count": 0})["listen_count"], default=None
    )


def _recent(dates: Sequence[str]) -> Sequence[str]:
    return dates[-RECENT_DAYS:]


def _all(choice: Choice) -> str:
    return "" if choice.show_all else "make kpis ALL=1"
