"""`glue-sandbox kpis`."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.settings import load_settings

EXAMPLE = "make kpis DATE=2024-06-25"


def kpis(
    date: Annotated[str | None, typer.Option(help="A day, as 2024-06-25; the latest when left out.")] = None,
) -> None:
    """Show the KPI tables as DynamoDB has them."""
    from music.kpis.report import print_kpis

    print_kpis(load_settings(), date)
