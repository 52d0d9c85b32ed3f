"""`glue-sandbox logs`."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings


def logs(
    service: Annotated[str | None, typer.Argument(help="One service; all of them when left out.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Keep showing what is added.")] = False,
    show_all: Annotated[
        bool, typer.Option("--all", envvar="ALL", help="Every line of the services.")
    ] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", help="How many lines of each log's end.")] = 20,
) -> None:
    """Show the output of the latest Glue runs, and the services' warnings and errors."""
    settings = load_settings()
    if settings.in_containers:
        from glue_sandbox.containers.logs import show_logs

        show_logs(settings, service, lines, follow)
        return
    from glue_sandbox.processes.logs import find_logs, is_trouble, show

    if service or show_all:
        show(find_logs(settings, service), lines, follow)
        return

    from glue_sandbox.jobs.job_logs import JobLogs
    from glue_sandbox.status.status import must_run

    logs = find_logs(settings, None)
    must_run(settings)
    show(logs, lines, follow, is_trouble, JobLogs(settings).new_lines)


COMMAND = Command(logs, example="make logs S=glue")
