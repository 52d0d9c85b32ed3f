"""The history of runs as people read it."""

from __future__ import annotations

from rich.text import Text

from glue_sandbox.airflow.dag_runs import open_airflow
from glue_sandbox.processes.supervisor import State
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import airflow_state, must_have_started
from glue_sandbox.terminal.console import out, print_hanging, working
from glue_sandbox.terminal.record_table import Column, RecordTable
from glue_sandbox.terminal.words import counted
from music.date_range import EVERY_DAY, DateRange
from music.runs.history import History, Run, with_airflow, without_airflow
from music.runs.step_results import RunResults

COLOURS = {"success": "green", "failed": "red", "not done": "red", "running": "yellow", "queued": "yellow"}
COLUMNS = (
    Column("BEGAN (UTC)"),
    Column("STATE"),
    Column("FILES", right=True),
    Column("REFUSED", right=True),
    Column("ROWS", right=True),
    Column("REJECTED", right=True, drop=1),
    Column("TOOK", right=True, drop=2),
    Column("RUN", below=True),
)
WHAT_IS_COUNTED = "newest first; FILES and REFUSED are stream files, ROWS and REJECTED their rows"


def print_runs(settings: Settings, limit: int, dates: DateRange = EVERY_DAY) -> None:
    """Print one row per run of these days, then what is wrong with those that are not done."""
    with working("Reading the history"):
        state = airflow_state(settings)
        if state == State.HEALTHY:
            with open_airflow(settings) as airflow:
                history = with_airflow(settings, airflow, limit, dates)
        else:
            history = without_airflow(settings, limit, dates)

    if not history.runs and not dates:
        must_have_started(settings)
    show(history, dates)
    if state != State.HEALTHY:
        out.print(f"\nAirflow is {state}, so this is what runs left in the bucket; for all of it: make up")


def show(history: History, dates: DateRange = EVERY_DAY) -> None:
    """Print the table, and the problems below it."""
    if not history.runs and dates:
        out.print(f"no run of the days {dates} had work; the latest: make runs")
    elif not history.runs:
        out.print("no run has had work yet; next: make seed")
    else:
        table = RecordTable("", COLUMNS, note=WHAT_IS_COUNTED)
        for run in history.runs:
            table.add(*_cells(run))
        table.show()

    if history.more:
        total = len(history.runs) + history.more
        out.print(f"\nthe latest {len(history.runs)} of {total}; more: make runs N={total}, or FROM= TO=")

    side_files = sum(run.results.side_files for run in history.runs if run.results)
    if side_files:
        what = counted(side_files, "side file")
        out.print(f"\n{what} of these runs, such as _SUCCESS, in aside/: no rows in them", style="dim")
    if history.idle:
        out.print(f"\nand {counted(history.idle, 'run')} that found nothing to do", style="dim")

    for run in history.runs:
        if run.problem:
            out.print(f"\n[bold]{run.run_id}[/] stopped in {run.problem.step}")
            print_hanging(out, Text("  why   "), run.problem.why)
            print_hanging(out, Text("  next  "), run.problem.next)


def _work(results: RunResults) -> str:
    """Return how many stream files a run had, and whether it computed days again."""
    work = [f"{results.files:,}"] if results.files or not results.recomputes else []
    return " + ".join([*work, "recompute"] if results.recomputes else work)


def _cells(run: Run) -> list[str | Text]:
    results = run.results
    counts: list[int | None] = [None] * 3
    if results:
        counts = [results.bad_files, results.rows, results.rejected]
    return [
        (run.began or "")[:19].replace("T", " "),
        f"[{COLOURS.get(run.state, 'dim')}]{run.state}[/]",
        _work(results) if results else "",
        *("" if count is None else f"{count:,}" for count in counts),
        "" if run.seconds is None else f"{run.seconds:,.0f} s",
        Text(run.run_id),
    ]
