"""`glue-sandbox chaos`."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.command import SERVICES, Command
from glue_sandbox.settings import load_settings


def chaos(
    count: Annotated[int, typer.Option("--count", envvar="N", help="How many faults.", min=1)] = 40,
    seed: Annotated[int, typer.Option(envvar="SEED", help="Which ones; a seed replays.", min=0)] = 1,
) -> None:
    """Send deliveries through a sandbox of its own while processes are killed and AWS answers wrongly."""
    from music.campaigns import run_chaos

    run_chaos(load_settings(), count, seed)


COMMAND = Command(chaos, example="make chaos N=200 SEED=1", environments=(*SERVICES, "dev"))
