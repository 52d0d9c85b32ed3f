"""`glue-sandbox kpis`."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings


def kpis(
    date: Annotated[str | None, typer.Option(help="A day, as 2024-06-25; the busiest if none.")] = None,
    run: Annotated[
        str | None, typer.Option(envvar="RUN", help="Only what became of this run's files.")
    ] = None,
    show_all: Annotated[
        bool, typer.Option("--all", envvar="ALL", help="All days, genres, runs and files.")
    ] = False,
) -> None:
    """Show the KPI tables as DynamoDB has them."""
    from music.reports.kpis import Choice, print_kpis

    print_kpis(load_settings(), Choice(date, run, show_all))


COMMAND = Command(kpis, example="make kpis DATE=2024-06-25")
