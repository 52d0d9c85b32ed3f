"""`glue-sandbox dashboard`."""

from __future__ import annotations

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings


def dashboard() -> None:
    """Print the address of the KPI dashboard, and open it where there is a browser."""
    from music.dashboard import open_dashboard

    open_dashboard(load_settings())


COMMAND = Command(dashboard, example="make dashboard")
