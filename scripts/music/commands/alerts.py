"""`glue-sandbox alerts`."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings


def alerts(
    count: Annotated[int, typer.Option("--count", envvar="N", help="How many to show.", min=1)] = 5,
) -> None:
    """Show what people would have been told: failed runs, that all is well again, alarms."""
    from music.alerts import print_alerts

    print_alerts(load_settings(), count)


COMMAND = Command(alerts, example="make alerts N=20")
