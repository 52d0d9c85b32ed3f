"""`glue-sandbox watch`."""

from __future__ import annotations

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings


def watch() -> None:
    """Follow the runs that are under way; Ctrl-C only stops watching."""
    from music.runs.watch import watch as follow

    follow(load_settings())


COMMAND = Command(watch, example="make watch")
