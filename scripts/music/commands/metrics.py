"""`glue-sandbox metrics`."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings


def metrics(
    hours: Annotated[int, typer.Option("--hours", envvar="N", help="Of how many hours.", min=1)] = 24,
) -> None:
    """Show the pipeline's metrics: files, rows, days, items, seconds, each with a sparkline over time."""
    from music.metrics import print_metrics

    print_metrics(load_settings(), hours)


COMMAND = Command(metrics, example="make metrics N=48")
