"""`glue-sandbox test`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings


class Suite(StrEnum):
    """The folders of tests/."""

    UNIT = "unit"
    SERVICE = "service"
    E2E = "e2e"


def test(
    suites: Annotated[list[Suite] | None, typer.Argument(help="All of them when left out.")] = None,  # noqa: PT028
    args: Annotated[str, typer.Option(help="More for pytest, such as '-k ledger -x'.")] = "",  # noqa: PT028
) -> None:
    """Run the tests: everything that can be proven on this machine."""
    from glue_sandbox.dev.test_suites import run_tests
    from glue_sandbox.setup.needs import set_up

    settings = load_settings()
    chosen = list(suites or Suite)
    if chosen != [Suite.UNIT]:
        set_up(settings.home, ("ministack",))
    raise typer.Exit(run_tests(settings, [suite.value for suite in chosen], args))


COMMAND = Command(test, example="make test-unit", environments=("glue", "airflow", "dev"))
