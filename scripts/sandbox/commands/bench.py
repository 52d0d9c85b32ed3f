"""`sandbox bench`."""

from __future__ import annotations

from typing import Annotated

import typer

from sandbox.settings import load_settings

EXAMPLE = "make bench"


def bench(
    rounds: Annotated[int, typer.Option(help="How often everything is measured.", min=1)] = 3,
) -> None:
    """Measure start, file to KPIs, and the loader, in a sandbox of its own beside yours."""
    from sandbox.bench import measure

    measure(load_settings(), rounds)
