"""`glue-sandbox rejected`."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings


def rejected(
    run: Annotated[
        str | None, typer.Option(envvar="RUN", help="A run; the latest with files if none.")
    ] = None,
    show_all: Annotated[bool, typer.Option("--all", envvar="ALL", help="Of all runs, every row.")] = False,
) -> None:
    """List refused files and rejected rows of a run: which file, which row, why."""
    from music.reports.kpis import Choice
    from music.reports.rejected import print_rejected

    print_rejected(load_settings(), Choice(run=run, show_all=show_all))


COMMAND = Command(rejected, example="make rejected")
