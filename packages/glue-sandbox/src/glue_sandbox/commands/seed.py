"""`glue-sandbox seed`."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings


def seed(
    names: Annotated[list[str] | None, typer.Argument(help="Tables of [seed]; all of them if none.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", envvar="REPLACE", help="Replace other content of these names.")
    ] = False,
) -> None:
    """Deliver the sample data that sandbox.toml names under [seed]; what is there already stays."""
    from glue_sandbox.sample_data.delivery import deliver

    deliver(load_settings(), names or [], replace)


COMMAND = Command(seed, example="glue-sandbox seed --replace")
