"""The batch that a job works on when `make run` names none, and what to do when nothing is left of it."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text

from glue_sandbox.clients import s3
from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import data_places
from glue_sandbox.terminal.console import out
from music.kpis.reader import KpiReader
from music_streams import layout, step_results, storage
from music_streams.step_results import Calculated


def run_arguments(settings: Settings, job: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return the argument that every job of this pipeline needs, unless it is given."""
    batch_id = given.get("--batch_id") or latest_batch(settings)
    if job == "calculate_metrics_etl":
        say_when_nothing_is_staged(settings, batch_id)
    return {"--batch_id": batch_id}


def say_when_nothing_is_staged(settings: Settings, batch_id: str) -> None:
    """Print how to see a change at work on a batch that was processed: its staged files are gone."""
    bucket, _ = data_places(settings)
    if storage.exists_below(s3(settings), bucket, layout.staging_prefix(batch_id)):
        return
    calculated = step_results.read(s3(settings), bucket, batch_id, Calculated)
    dates = calculated.dates if calculated else ()
    of_days = f" FROM={dates[0]} TO={dates[-1]}" if dates else ""
    out.print(Text(f"run {batch_id} is done and its staged files are gone, so there is nothing to calculate"))
    out.print(Text(f"to see your change at work on its days: make recompute{of_days}", style="bold"))


def latest_batch(settings: Settings) -> str:
    """Return the batch of the latest run that had files.

    Raises:
        SandboxError: there was none yet.
    """
    manifests = KpiReader(settings).manifests(latest=1)
    if not manifests:
        raise SandboxError("a run whose files the job can work on", "none yet", "make seed, then repeat")
    return str(manifests[-1]["batch_id"])
