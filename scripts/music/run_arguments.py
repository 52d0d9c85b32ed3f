"""The batch that a job works on by hand: never that of a run under way, nor one of which nothing is left."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text

from glue_sandbox.airflow.dag_runs import open_dag
from glue_sandbox.clients import s3
from glue_sandbox.errors import SandboxError
from glue_sandbox.processes.supervisor import State
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import airflow_state, data_places, must_have_started
from glue_sandbox.terminal.console import out
from music.kpis.reader import KpiReader
from music.runs.names import run_id_of
from music_streams import layout, step_results, storage
from music_streams.layout import batch_id_of
from music_streams.step_results import Calculated


def run_arguments(settings: Settings, job: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return the argument that every job of this pipeline needs: the id of a run, as Airflow spells it.

    Raises:
        SandboxError: the batch is that of a run under way, or there is none yet.
    """
    batch_id = batch_id_of(given.get("--batch_id") or latest_batch(settings))
    must_be_nobodys(settings, job, batch_id)
    if job == "calculate_metrics_etl":
        say_when_nothing_is_staged(settings, batch_id)
    return {"--batch_id": run_id_of(batch_id)}


def must_be_nobodys(settings: Settings, job: str, batch_id: str) -> None:
    """Refuse a batch that a run of the DAG works on: both would write its tables and move its files.

    Raises:
        SandboxError: a run that is queued or under way owns the batch.
    """
    if airflow_state(settings) != State.HEALTHY:
        return
    with open_dag(settings) as dag:
        active = [run for run in dag.runs() if not run.is_over]
    owner = next((run for run in active if batch_id_of(run.run_id) == batch_id), None)
    if owner:
        raise SandboxError(
            "a batch that no run works on",
            f"run {owner.run_id} under way, whose batch it is",
            f"make watch, then: make run JOB={job}",
        )


def say_when_nothing_is_staged(settings: Settings, batch_id: str) -> None:
    """Print how to see a change at work on a batch that was processed: its staged files are gone."""
    bucket, _ = data_places(settings)
    if storage.exists_below(s3(settings), bucket, layout.staging_prefix(batch_id)):
        return
    calculated = step_results.read(s3(settings), bucket, batch_id, Calculated)
    dates = calculated.dates if calculated else ()
    run_id = run_id_of(batch_id)
    of_days = f" FROM={dates[0]} TO={dates[-1]}" if dates else " ALL=1"
    out.print(Text(f"run {run_id} is done and its staged files are gone, so there is nothing to calculate"))
    out.print(Text(f"to see your change at work on its days: make recompute{of_days}", style="bold"))


def latest_batch(settings: Settings) -> str:
    """Return the batch of the latest run that had files.

    Raises:
        SandboxError: there was none yet.
    """
    latest = next(KpiReader(settings).manifests_up_to(), None)
    if latest is None:
        must_have_started(settings)
        raise SandboxError("a run whose files the job can work on", "none yet", "make seed, then repeat")
    return str(latest["batch_id"])
