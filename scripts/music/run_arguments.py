"""The batch that a job works on when `make run` names none: that of the latest run that had files."""

from __future__ import annotations

from collections.abc import Mapping

from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings
from music.kpis.reader import KpiReader


def run_arguments(settings: Settings, job: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return the argument that every job of this pipeline needs, unless it is given."""
    del job  # all of them work on one batch
    return {} if "--batch_id" in given else {"--batch_id": latest_batch(settings)}


def latest_batch(settings: Settings) -> str:
    """Return the batch of the latest run that had files.

    Raises:
        SandboxError: there was none yet.
    """
    manifests = KpiReader(settings).manifests(latest=1)
    if not manifests:
        raise SandboxError("a run whose files the job can work on", "none yet", "make seed, then repeat")
    return str(manifests[-1]["batch_id"])
