"""Ids of Glue runs: 67 characters, of which the first nine tell runs apart, as the first of a commit do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from glue_sandbox.errors import SandboxError
from glue_sandbox.terminal.console import out
from glue_sandbox.terminal.record_table import BLOCKS_BELOW
from glue_sandbox.terminal.words import counted

SHOWN = 9
"""Characters: `jr_` and six more."""


def short(run_id: str) -> str:
    """Return the begin of an id, which every command takes for it."""
    return run_id[:SHOWN]


def as_it_fits(run_id: str) -> str:
    """Return an id whole, as AWS's tools want it; for a terminal whose lines are shorter, its begin."""
    return short(run_id) if out.is_terminal and out.width < BLOCKS_BELOW else run_id


def run_of(glue: Any, begin: str, jobs: Iterable[str] | None = None) -> Mapping[str, Any]:
    """Return the one run whose id begins so, of these jobs or of all.

    Raises:
        SandboxError: there is none, or several.
    """
    names = all_jobs(glue) if jobs is None else jobs
    found = [run for name in names for run in _runs_of(glue, name) if run["Id"].startswith(begin)]
    if len(found) == 1:
        return found[0]

    expected = "a Glue run whose id begins with RUN="
    if found:
        ids = ", ".join(run["Id"] for run in found)
        raise SandboxError(
            f"{expected}, and no other", f"{counted(len(found), 'run')}: {ids}", "more of the id"
        )
    raise SandboxError(expected, f"RUN={begin}, and no such run", "make logs, which names the latest runs")


def all_jobs(glue: Any) -> Iterator[str]:
    """Yield the names of all jobs."""
    for page in glue.get_paginator("get_jobs").paginate():
        yield from (job["Name"] for job in page["Jobs"])


def _runs_of(glue: Any, job: str) -> Iterator[Mapping[str, Any]]:
    for page in glue.get_paginator("get_job_runs").paginate(JobName=job):
        yield from page["JobRuns"]
