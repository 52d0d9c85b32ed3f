"""`glue-sandbox run`."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings


def run(
    job: Annotated[str | None, typer.Argument(envvar="JOB", help="Name of the Glue job.")] = None,
    args: Annotated[str, typer.Option(envvar="ARGS", help="Job arguments; batch_id: the latest run's.")] = "",
) -> None:
    """Run one Glue job with the scripts as they are now, stream its log, exit with its result."""
    from glue_sandbox.jobs.job_run import run_job

    succeeded = run_job(load_settings(), job, shlex.split(args))
    raise typer.Exit(0 if succeeded else 1)


COMMAND = Command(run, example='make run JOB=calculate_metrics_etl ARGS="--batch_id manual__2024-06-25"')
