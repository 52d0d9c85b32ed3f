"""`glue-sandbox soak`."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.command import SERVICES, Command
from glue_sandbox.settings import load_settings


def soak(
    count: Annotated[int, typer.Option("--count", envvar="N", help="How many seeds.", min=1)] = 10,
) -> None:
    """Send random deliveries from many seeds through the real jobs; each must equal the oracle's count."""
    from music.campaigns import run_soak

    raise typer.Exit(run_soak(load_settings(), count))


COMMAND = Command(soak, example="make soak N=20", environments=(*SERVICES, "dev"))
