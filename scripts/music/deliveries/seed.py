"""The command `seed`: deliver, then follow the run that processes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

from glue_sandbox.airflow.dag_runs import open_dag
from glue_sandbox.clients import s3
from glue_sandbox.deploy.edited import edited_since_deployed
from glue_sandbox.processes.services import SERVICES
from glue_sandbox.processes.supervisor import State, Supervisor
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import airflow_state, next_command
from glue_sandbox.terminal.console import last_words, out, step, working
from glue_sandbox.terminal.record_table import Column, RecordTable
from glue_sandbox.terminal.words import counted
from music.dashboard import dashboard_line
from music.deliveries.earlier import Earlier, delivered_before, lines_about
from music.deliveries.generate import BAD
from music.deliveries.inspection import Inspected, inspect, must_be_acceptable, must_replace_nothing
from music.deliveries.outcome import outcome_lines
from music.deliveries.upload import Delivery, collect, upload
from music.kpis.reader import KpiReader
from music.runs.watch import STOPPED_WATCHING, DeliveryWatch, kpis_command, mended_by, objects_of

AFTER_A_FAILURE = (
    "correct what its log says, then: make up, which uploads your scripts; the files stay in landing, and the"
    " next run takes them: make watch"
)


@dataclass(frozen=True)
class Order:
    """What is to be delivered, and what is done although it looks like a mistake."""

    paths: Sequence[Path]
    command: str = "make seed"
    """What was typed, for messages that say what to type instead."""
    anyway: bool = False
    """Upload also what the pipeline will refuse."""
    replace: bool = False
    """Put files in the place of others in landing."""
    watch: bool = True
    """Follow the runs that process the files."""
    on_purpose: str = ""
    """Why some of it is refused, where that is to be."""


def sample_order(settings: Settings, replace: bool = False, watch: bool = True) -> Order:
    """Return the order of the sample, which has flaws on purpose."""
    flaws = "on purpose: the sample has flaws that real deliveries have (seed/sample/README.md)"
    folder = settings.root / "seed" / "sample"
    return Order([folder], anyway=True, replace=replace, watch=watch, on_purpose=flaws)


def generated_order(folder: Path, replace: bool = False, watch: bool = True) -> Order:
    """Return the order of generated files, which have flaws on purpose, too."""
    flaws = f"on purpose: of generated rows, one in {BAD:,} is rejected, as in real deliveries"
    return Order([folder], anyway=True, replace=replace, watch=watch, on_purpose=flaws)


def upload_files(settings: Settings, order: Order) -> list[Delivery]:
    """Upload and list what arrived; return it.

    Raises:
        SandboxError: there is no such file, the pipeline would refuse it, or it would replace another one.
    """
    deliveries = collect(order.paths)
    _upload(settings, order, deliveries)
    return deliveries


def _upload(settings: Settings, order: Order, deliveries: Sequence[Delivery]) -> list[Earlier]:
    """Upload; return which of them were delivered before."""
    bucket = s3(settings)

    with step("Files to deliver") as checking:
        files = inspect(deliveries)
        if not order.anyway:
            must_be_acceptable(files, order.command)
        if not order.replace:
            must_replace_nothing(bucket, settings.data_bucket, deliveries, order.command)
        earlier = delivered_before(deliveries, KpiReader(settings).ledger(each.key for each in deliveries))
        checking.result = counted(len(files), "file")

    for line in lines_about(earlier):
        out.print(Text(line, style="yellow"))
    unfinished = f"stopped: what has arrived is processed, the rest was not delivered; again: {order.command}"
    with last_words(unfinished), step("Upload"):
        list(upload(bucket, settings.data_bucket, deliveries))

    _show(files)
    return earlier


def _show(files: Sequence[Inspected]) -> None:
    """Print a row per delivered file."""
    table = RecordTable("", [Column("KEY"), Column("ROWS", right=True), Column("BYTES", right=True, drop=1)])
    for file in files:
        size = file.delivery.path.stat().st_size
        table.add(Text(file.delivery.key), "-" if file.rows is None else f"{file.rows:,}", f"{size:,}")
    table.show()


def _wait_for_answers(settings: Settings) -> None:
    """What runs may be slow to answer while the machine is busy; what does not run is not waited for."""
    supervisor = Supervisor(settings)
    for name, build in SERVICES.items():
        process = supervisor.table.running(name)
        if process is None or not supervisor.wait(build(settings), process):
            return


def deliver(settings: Settings, order: Order) -> None:
    """Upload, and follow the runs that process the files.

    Raises:
        SandboxError: nothing runs here, the files are not to be uploaded as they are, or a run failed.
    """
    deliveries = collect(order.paths)  # a file that is not there is told before anything is waited for
    with working("Looking for the sandbox"):
        if not settings.in_containers:
            _wait_for_answers(settings)
        state = airflow_state(settings)

    if state != State.HEALTHY:
        _upload(settings, order, deliveries)
        out.print(f"Airflow is {state}; its next run processes them; next: {next_command(state)}")
        return

    with open_dag(settings) as dag:
        with working("Looking for runs"):
            over_before = {run.run_id for run in dag.runs() if run.is_over}
            edited = edited_since_deployed(settings)

        for path in edited:
            out.print(Text(f"{path} differs from what runs; to use it: make up", style="yellow"))
        earlier = _upload(settings, order, deliveries)
        with working("Looking at what has landed"):
            bucket, name = s3(settings), settings.data_bucket
            delivered = objects_of(bucket, name, deliveries)

        if not any(delivery.kind == "streams" for delivery in deliveries):
            out.print("No stream file among them: songs and users are read by the next run that has one.")
            out.print(
                "For days that are computed already: make recompute ALL=1, or FROM= TO= for some of them"
            )
            return
        if not order.watch:
            out.print("\nthe S3 event starts a run; watch it: make watch, then: make kpis")
            return

        with last_words(STOPPED_WATCHING), mended_by(AFTER_A_FAILURE):
            runs = DeliveryWatch(dag, bucket, name, over_before).follow(delivered)
        reader = KpiReader(settings)
        command = kpis_command(bucket, name, runs, reader)

    rows = reader.ledger(key for key, *_ in delivered)
    out.print()
    again = {each.delivery.key for each in earlier if each.is_same}
    for line in outcome_lines(rows, command, order.on_purpose, again):
        out.print(line)
    out.print(Text(dashboard_line(settings), style="dim"), soft_wrap=True)
