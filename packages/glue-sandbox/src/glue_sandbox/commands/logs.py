"""`glue-sandbox logs`."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import Settings, load_settings
from glue_sandbox.terminal.console import out
from glue_sandbox.terminal.usage_errors import both_given


def logs(
    service: Annotated[str | None, typer.Argument(help="One service; all of them when left out.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Keep showing what is added.")] = False,
    show_all: Annotated[
        bool, typer.Option("--all", envvar="ALL", help="Every line of the services.")
    ] = False,
    run: Annotated[
        str | None, typer.Option(envvar="RUN", help="One Glue run: its id, or the begin of it.")
    ] = None,
    lines: Annotated[int, typer.Option("--lines", "-n", help="How many lines of each log's end.")] = 20,
) -> None:
    """Show the output of the latest Glue runs, and the services' warnings and errors."""
    settings = load_settings()
    if run:
        if service or show_all:
            raise both_given("RUN=", "S=" if service else "ALL=1", f"make logs RUN={run}")
        _show_run(settings, run)
    elif service or show_all:
        _show_all(settings, service, lines, follow)
    else:
        _show_jobs_and_problems(settings, lines, follow)


def _show_run(settings: Settings, run: str) -> None:
    from glue_sandbox.jobs.job_logs import JobLogs
    from glue_sandbox.processes.logs import print_all
    from glue_sandbox.status.status import must_run

    must_run(settings)
    lines = [*JobLogs(settings, run).new_lines()]
    print_all(lines, max((len(name) for name, _ in lines), default=0))
    if not lines:
        out.print("this run has printed nothing", style="dim")


def _show_all(settings: Settings, service: str | None, lines: int, follow: bool) -> None:
    if settings.in_containers:
        from glue_sandbox.containers.logs import show_logs

        show_logs(settings, service, lines, follow)
    else:
        from glue_sandbox.processes.logs import find_logs, show

        show(find_logs(settings, service), lines, follow)


def _show_jobs_and_problems(settings: Settings, lines: int, follow: bool) -> None:
    from glue_sandbox.jobs.job_logs import JobLogs
    from glue_sandbox.processes.logs import find_logs, is_problem, show
    from glue_sandbox.status.status import must_run

    must_run(settings)
    if settings.in_containers:
        from glue_sandbox.containers.logs import show_logs

        show_logs(settings, None, lines, follow, is_problem, JobLogs(settings).new_lines)
    else:
        show(find_logs(settings, None), lines, follow, is_problem, JobLogs(settings).new_lines)


COMMAND = Command(logs, example="make logs S=glue, or: make logs RUN=jr_1a2b3c")
