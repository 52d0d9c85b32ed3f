"""`glue-sandbox audit`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from glue_sandbox.command import Command
from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import load_settings
from glue_sandbox.terminal.console import err, show_error, working

RUN_UNDER_WAY = 3
EXIT_CODES = (
    "nothing was compared. For scripts: ./local-docker-development.sh audit ends with"
    f" {RUN_UNDER_WAY} then, and with 1 where something disagrees; make ends with 1 either way"
)
SANDBOX, AWS = "sandbox", "aws"


def audit(
    context: typer.Context,
    as_json: Annotated[
        bool, typer.Option("--json", envvar="JSON", help="Print JSON for scripts, and nothing else.")
    ] = False,
    first: Annotated[str | None, typer.Option("--from", help="First day of listens to compare.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day of listens to compare.")] = None,
    target: Annotated[
        str,
        typer.Option(
            envvar="TARGET",
            help="sandbox, an environment, or aws as your shell has it: there, calls that read, only.",
        ),
    ] = SANDBOX,
    stacks: Annotated[
        str, typer.Option(help="With aws: what the names of the stacks begin with; they name the rest.")
    ] = "music-streams-",
    bucket: Annotated[
        str | None, typer.Option(help="With aws: the bucket of the data; no stack is read then.")
    ] = None,
    table: Annotated[
        list[str] | None, typer.Option(help="With aws and a bucket: a table's contract=name, if they differ.")
    ] = None,
) -> None:
    """Compare files, ledger, curated listens and KPI tables.

    Exit codes: 0 all agrees, 1 something disagrees, 3 nothing was compared, since a run is under way: what it
    has not done yet would look like a disagreement. make ends with 1 for both 1 and 3.
    """
    with working("Looking for what is to be compared"):  # loading DuckDB takes a second, too
        from glue_sandbox.status.status import must_run
        from music.audit import report
        from music.audit.aws import account, environment_account
        from music.audit.location import of_sandbox
        from music.date_range import DateRange
        from music.runs.watch import at_work_in

    dates = DateRange.checked("make audit", first, last)
    if target == SANDBOX:
        with working("Looking for a run under way"):
            settings = load_settings()
            location = of_sandbox(settings)
            must_run(settings)
            run = at_work_in(settings)

        if run:
            days = "".join(f" {name}={day}" for name, day in (("FROM", first), ("TO", last)) if day)
            show_error(SandboxError("no run under way", run, f"make watch, then: make audit{days}"))
            err.print(Text(EXIT_CODES, style="dim"))
            raise typer.Exit(RUN_UNDER_WAY)

        with working("Reading files, ledger, curated listens and KPI tables, and counting again"):
            snapshot, by_check = report.audit(location, dates)
    else:
        asked = (
            account(context.obj, stacks, bucket, table or [])
            if target == AWS
            else environment_account(context.obj, load_settings().project, target)
        )
        with (
            asked as location,
            working("Reading AWS, and counting again"),
        ):
            snapshot, by_check = report.audit(location, dates)

    if as_json:
        print(report.as_json(by_check))
    else:
        report.show(snapshot, by_check)

    raise typer.Exit(1 if any(by_check.values()) else 0)


COMMAND = Command(audit, example="make audit, or: make audit TARGET=dev")
