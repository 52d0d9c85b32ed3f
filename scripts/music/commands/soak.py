"""`glue-sandbox soak`."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.settings import load_settings

EXAMPLE = "make soak N=20"


def soak(
    count: Annotated[int, typer.Option("--count", envvar="N", help="How many seeds.", min=1)] = 10,
) -> None:
    """Send random deliveries from many seeds through the real jobs; each must equal the oracle's count."""
    from glue_sandbox.dev.test_suites import run_soak

    raise typer.Exit(run_soak(load_settings(), count))
