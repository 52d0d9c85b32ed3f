"""The command `seed`: deliver, then see that a run of the DAG takes it up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from glue_sandbox.airflow.dag_runs import known_runs, open_airflow, wait_for_start
from glue_sandbox.clients import s3
from glue_sandbox.console import out
from glue_sandbox.processes.services import SERVICES
from glue_sandbox.processes.supervisor import State, Supervisor
from glue_sandbox.settings import Settings
from glue_sandbox.status import DAG_ID, airflow_state
from music.deliveries.upload import collect, upload


def upload_files(settings: Settings, paths: Sequence[Path]) -> set[str]:
    """Upload and list what arrived; returns the kinds of files that were among it."""
    deliveries = collect(paths)
    table = Table(box=None, pad_edge=False)
    for heading in ("KEY", "ROWS", "BYTES"):
        table.add_column(heading, justify="left" if heading == "KEY" else "right", overflow="fold")
    for delivery, rows in upload(s3(settings), settings.data_bucket, deliveries):
        size = delivery.path.stat().st_size
        table.add_row(delivery.key, "?" if rows is None else f"{rows:,}", f"{size:,}")
    out.print(table)
    return {delivery.kind for delivery in deliveries}


def _wait_for_answers(settings: Settings) -> None:
    """What runs may be slow to answer while the machine is busy; what does not run is not waited for."""
    supervisor = Supervisor(settings)
    for name, build in SERVICES.items():
        process = supervisor.table.running(name)
        if process is None or not supervisor.wait(build(settings), process):
            return


def deliver(settings: Settings, paths: Sequence[Path]) -> None:
    """Upload, and say what happens next."""
    if not settings.in_containers:
        _wait_for_answers(settings)
    state = airflow_state(settings)
    if state != State.HEALTHY:
        upload_files(settings, paths)
        out.print(f"next: make up (Airflow is {state}; it takes the files up when it runs)")
        return
    with open_airflow(settings) as airflow:
        known = known_runs(airflow)
        if "streams" not in upload_files(settings, paths):
            out.print("No stream file among them: songs and users are read by the next run that has one.")
            out.print("For days that are computed already: make recompute")
            return
        run, by_itself = wait_for_start(airflow, known)
    how = "The S3 event started" if by_itself else "No S3 event came, so this command started"
    out.print(f"\n{how} the run {run.run_id}")
    out.print(
        f"watch: http://localhost:{settings.airflow_port}/dags/{DAG_ID}   then: make kpis", style="bold"
    )
