"""`glue-sandbox format`."""

from __future__ import annotations

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings


def format_code() -> None:
    """Format the Python code as `make lint` wants it, and apply the fixes that are safe."""
    from glue_sandbox.dev.lint import run_format

    if not run_format(load_settings()):
        raise typer.Exit(1)


COMMAND = Command(format_code, example="make format", environments=("dev",))
