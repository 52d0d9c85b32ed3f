"""`glue-sandbox test`."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings


def test(
    words: Annotated[list[str] | None, typer.Argument(help="More for the tests' command, after --.")] = None,  # noqa: PT028
) -> None:
    """Run the project's tests, by pytest unless sandbox.toml says otherwise; exit as they do.

    The fixtures of glue-sandbox use the sandbox that runs, or start one for the tests.
    """
    from glue_sandbox.testing.project_tests import run_tests

    raise typer.Exit(run_tests(load_settings(default_mode=COMMAND.mode), words or []))


COMMAND = Command(test, example="glue-sandbox test -- -k later -x", mode="embedded")
