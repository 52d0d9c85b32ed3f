"""`glue-sandbox lint`."""

from __future__ import annotations

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings


def lint() -> None:
    """Check format, rules, types, imports, spelling, shell, Dockerfiles, templates, and AWS's Python 3.9."""
    from glue_sandbox.dev.lint import run_lint

    if not run_lint(load_settings()):
        raise typer.Exit(1)


COMMAND = Command(lint, example="make lint", environments=("dev",))
