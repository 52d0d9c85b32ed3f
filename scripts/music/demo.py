"""First contact: the whole pipeline on the sample, watched until its results are there."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

from rich.text import Text

from glue_sandbox.airflow.dag_runs import open_dag
from glue_sandbox.settings import Settings
from glue_sandbox.start import start
from glue_sandbox.status.published import Published, read_published
from glue_sandbox.status.view import print_addresses
from glue_sandbox.terminal.console import last_words, out, step, working
from glue_sandbox.terminal.words import counted
from music.deliveries.seed import sample_order, upload_files
from music.deliveries.waiting import all_processed
from music.kpis.reader import Item, KpiReader, busiest, recent
from music.reports.kpis import Choice, print_day, print_summary, read_files
from music.runs.chosen import ChosenRuns
from music.runs.delivered import Delivered
from music.runs.files_view import is_all_good
from music.runs.progress import TaskProgress
from music.runs.watch import STOPPED_WATCHING
from music_streams.deliveries.manifest import now

PATIENCE_SECONDS = 600
REFUSED_ALARM = "many_files_refused"
"""In the name of the alarm, which infra/alerts.yaml gives."""


def show(settings: Settings) -> None:
    """Run the demo; raises SandboxError with the failed task's log when the pipeline failed."""
    started, began = time.monotonic(), now()
    start(settings)

    with open_dag(settings) as dag:
        with step("Earlier DAG runs") as waiting:
            earlier = dag.settle(PATIENCE_SECONDS)
            waiting.result = f"waited for {earlier}" if earlier else "none under way"
        known = dag.started_runs()

    out.print("\n[bold]Deliver seed/sample[/] (with flaws on purpose: seed/sample/README.md)")
    reader = KpiReader(settings)
    with working("Looking at what is here already"):
        loaded_before = reader.snapshots()
        before = {manifest["batch_id"] for manifest in reader.manifests()}
    upload_files(settings, sample_order(settings))
    out.print("\n[bold]The DAG at work[/]")
    with last_words(STOPPED_WATCHING), TaskProgress() as progress, open_dag(settings) as dag:
        is_done = partial(all_processed, settings)
        runs = dag.follow(known, is_done, PATIENCE_SECONDS, progress.update)

    new = [manifest for manifest in reader.manifests() if manifest["batch_id"] not in before]
    files = _print_results(reader, new)
    if flaws := about_flaws(files, read_published(settings), began):
        out.print(Text(flaws, style="dim"))
    if loaded_before and reader.snapshots() == loaded_before:
        out.print("\nA second delivery of the same files: nothing was written to DynamoDB.", style="bold")

    print_addresses(settings)
    seconds = time.monotonic() - started
    count = sum(1 for run in runs if run.state == "success")
    what = f"{counted(count, 'run')}, {counted(len(files), 'file')}"
    out.print(f"\n[green]✓[/] {what}, {seconds:.0f} s, set-up not counted")


def _print_results(reader: KpiReader, manifests: Sequence[Item]) -> list[Delivered]:
    dates = reader.dates()
    date = busiest(reader, recent(dates))
    if date:
        print_day(reader, dates, date, Choice())
    runs = ChosenRuns(manifests)
    files = read_files(reader, runs)
    print_summary(files, runs)
    return files


def about_flaws(files: Sequence[Delivered], told: Sequence[Published], began: str) -> str:
    """Return that what was refused is so on purpose, as is an alarm about it; empty if nothing was."""
    if is_all_good(files):
        return ""

    of_alarm = [message for message in told if REFUSED_ALARM in message.subject]
    is_on = bool(of_alarm) and _is_alarm(of_alarm[-1])  # of one that is on already nobody is told again
    is_new = any(message.at > began and _is_alarm(message) for message in of_alarm)
    alarm = ", and so is the alarm about them: make alerts" if is_on or is_new else ""
    return f"these flaws are in the sample on purpose{alarm}"


def _is_alarm(message: Published) -> bool:
    return message.subject.startswith("ALARM")
