"""Prints the KPI tables of a sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.markup import escape
from rich.text import Text

from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import must_have_started, must_run
from glue_sandbox.terminal.console import out, working
from glue_sandbox.terminal.words import counted
from music.date_range import checked_day
from music.generated_days import is_generated_day
from music.kpis.reader import KpiReader, busiest, recent
from music.kpis.view import day_details, day_summary
from music.runs.chosen import ChosenRuns, about_earlier_files, choose_runs
from music.runs.delivered import Delivered, read_delivered
from music.runs.files_view import files, is_all_good, not_loaded, refused, summary
from music.runs.names import run_id_of
from music.runs.watch import under_way_in
from music_streams.contracts import SIDE_FILE, STREAMS
from music_streams.deliveries.manifest import FOLDER_MARKER

ALL = "make kpis ALL=1"
BESIDE_FILES = (SIDE_FILE, FOLDER_MARKER)


@dataclass(frozen=True)
class Choice:
    """What of the KPIs is to be seen: a day or the busiest, a run or the latest, or all."""

    date: str | None = None
    run: str | None = None
    show_all: bool = False

    @property
    def is_of_files_alone(self) -> bool:
        """Return whether a run was asked for, and no day."""
        return self.run is not None and not self.date and not self.show_all


def print_kpis(settings: Settings, choice: Choice) -> None:
    """Print what became of a run's files in a line, one day in full, and all days in short.

    What a terminal shows when it is done is its end, so the totals come last, and below them what they lack.
    Of a run that is asked for, its files and why some were refused.

    Raises:
        SandboxError: there are no results, or none of that day or run.
    """
    with working("Looking for results"):
        must_run(settings)
        reader = KpiReader(settings)
        dates = reader.dates()
        date = checked_day("make kpis", "DATE", choice.date) or busiest(reader, recent(dates))
        at = under_way_in(settings)
        if at and not dates:
            raise SandboxError("results in DynamoDB", f"none yet: {at}", "make watch")
        if not dates:
            must_have_started(settings)
        if date not in dates or date is None:
            raise SandboxError(
                f"one of {', '.join(recent(dates))}" if dates else "results in DynamoDB",
                f"none for {date}" if date else "none yet",
                "make kpis" if dates else "make seed",
            )

        runs = choose_runs(reader, choice.run, choice.show_all)

    delivered = read_files(reader, runs)
    if choice.run or choice.show_all:
        print_files(delivered, runs, choice)
    if not choice.is_of_files_alone:
        print_day(reader, dates, date, choice, at)
    if not choice.run and not choice.show_all:
        print_summary(delivered, runs)

    if at:
        out.print(Text(f"\nnumbers will change: {at}; next: make watch", style="yellow"))
    elif not choice.is_of_files_alone:
        for lacking in not_loaded(delivered):
            out.print(Text(f"\n{lacking}; next: make runs", style="yellow"))


def print_day(reader: KpiReader, dates: Sequence[str], date: str, choice: Choice, at: str = "") -> None:
    """Print one day's tables, then the days' totals; `at` says where a run is that may change them."""
    with working("Reading the KPI tables"):
        summary = day_summary(reader, dates if choice.show_all else recent(dates))
        tables = [*day_details(reader, date, choice.show_all, at), summary]
    others = [each for each in dates if each != date]
    which = "" if choice.date else f", the busiest of {_days_compared(recent(dates))}"
    summary.note = f"above: {date}{which}"
    if others:
        summary.note += f"; another day: make kpis DATE={others[-1]}"
    for table in tables:
        out.print()
        table.show()


def print_summary(delivered: Sequence[Delivered], runs: ChosenRuns) -> None:
    """Print in a line what became of the files of some runs, and how to see more of them."""
    if not runs.manifests:
        return

    is_one = len(runs.manifests) == 1
    run_id = run_id_of(str(runs.manifests[0]["batch_id"]))
    each_file = f"each file: make kpis {f'RUN={run_id}' if is_one else 'ALL=1'}"
    why = "" if is_all_good(delivered) else f"why: make rejected{'' if is_one else ' ALL=1'}; "
    out.print(f"\n[bold]{escape(summary(delivered, runs))}[/]")
    out.print(Text(f"{why}{each_file}", style="dim"))
    if of_listens := about_stream_files(delivered):
        out.print(Text(of_listens, style="dim"))


def about_stream_files(delivered: Sequence[Delivered]) -> str:
    """Return how many of these files are of listens, which are all that `make runs` counts; empty if all."""
    streams = sum(each.file["kind"] == STREAMS.kind for each in delivered)
    if streams == len(delivered):
        return ""
    are = "is a stream file" if streams == 1 else "are stream files"
    return f"{streams or 'none'} of the {counted(len(delivered), 'file')} {are}: make runs counts only these"


def _days_compared(dates: Sequence[str]) -> str:
    delivered = sum(not is_generated_day(date) for date in dates)
    if delivered in (0, len(dates)):
        return counted(len(dates), "day")
    return counted(delivered, "delivered day")


def print_files(delivered: Sequence[Delivered], runs: ChosenRuns, choice: Choice) -> None:
    """Print what became of each file of some runs, and why some were refused."""
    for table in (files(delivered, runs, _all(choice)), refused(delivered, runs, _all(choice))):
        out.print()
        table.show()

    out.print()
    if runs.files_of_earlier_runs:
        out.print(Text(about_earlier_files(runs), style="dim"))
    if not choice.show_all:
        rows = f"each rejected row: make rejected RUN={choice.run}"
        out.print(Text(f"{rows}; another run: RUN=… (make runs); all: {ALL}", style="dim"))


def read_files(reader: KpiReader, runs: ChosenRuns) -> list[Delivered]:
    """Return what became of the files of some runs; what tools leave beside them is none of them."""
    with working("Reading the ledger"):
        found = read_delivered(reader, runs.manifests) if runs.manifests else []
    return [each for each in found if each.file["kind"] not in BESIDE_FILES]


def _all(choice: Choice) -> str:
    return "" if choice.show_all else ALL
