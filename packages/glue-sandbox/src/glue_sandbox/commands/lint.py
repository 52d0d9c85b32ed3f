"""`glue-sandbox lint`."""

from __future__ import annotations

import typer

from glue_sandbox.settings import load_settings

EXAMPLE = "make lint"


def lint() -> None:
    """Check format, rules, types, shell, templates, and that AWS's Python 3.9 can run what goes there."""
    from glue_sandbox.dev.checks import run_lint

    if not run_lint(load_settings()):
        raise typer.Exit(1)
