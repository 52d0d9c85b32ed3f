"""`glue-sandbox recompute`."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings
from glue_sandbox.terminal.usage_errors import both_given


def recompute(
    first: Annotated[str | None, typer.Option("--from", help="First day; the earliest if none.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day; the latest if none.")] = None,
    every_day: Annotated[bool, typer.Option("--all", envvar="ALL", help="Every day that has data.")] = False,
) -> None:
    """Compute days again: with the present songs, and with scripts as they are edited now."""
    from music.date_range import DateRange
    from music.recompute import recompute as run

    dates = DateRange.checked("make recompute", first, last)
    if dates and every_day:
        some = " ".join(f"{name}={day}" for name, day in (("FROM", first), ("TO", last)) if day)
        raise both_given(some, "ALL=1", f"make recompute {some}, or: make recompute ALL=1")
    run(load_settings(), dates, every_day)


COMMAND = Command(recompute, example="make recompute FROM=2024-06-25 TO=2024-06-27")
