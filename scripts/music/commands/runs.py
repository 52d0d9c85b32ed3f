"""`glue-sandbox runs`."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings


def runs(
    count: Annotated[int, typer.Option("--count", envvar="N", help="How many runs to show.", min=1)] = 20,
    first: Annotated[str | None, typer.Option("--from", help="First day of the runs, UTC.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day of the runs, UTC.")] = None,
) -> None:
    """Show the latest runs; of those that are not done which step failed, why, and what happens next."""
    from music.date_range import DateRange
    from music.runs.view import print_runs

    print_runs(load_settings(), count, DateRange.checked("make runs", first, last))


COMMAND = Command(runs, example="make runs FROM=2024-06-25 TO=2024-06-27, or: make runs N=50")
