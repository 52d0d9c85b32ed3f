"""`glue-sandbox permissions`."""

from __future__ import annotations

import os
import subprocess
from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings


def permissions(
    policy: Annotated[
        str, typer.Option(envvar="POLICY", help="Print the least policy of this role of the templates.")
    ] = "",
) -> None:
    """Compare what the templates' roles grant with what the recorded calls of this sandbox needed.

    The first time it installs what `make lint` and `make test` need, too.
    """
    from glue_sandbox.dev.check_environment import PYTHON_PATH, environment_of_checks
    from glue_sandbox.status.recorded_calls import recorded_calls

    settings = load_settings()
    calls = recorded_calls(settings)
    path = os.pathsep.join(str(settings.root / folder) for folder in PYTHON_PATH)
    done = subprocess.run(
        [str(settings.python("dev")), "-m", "glue_sandbox.permissions", policy],
        env=environment_of_checks(settings) | {"PYTHONPATH": path},
        cwd=settings.root,
        input=calls,
        text=True,
        check=False,
    )
    raise typer.Exit(done.returncode)


COMMAND = Command(permissions, example="make permissions", environments=("dev",))
