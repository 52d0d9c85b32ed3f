"""`glue-sandbox shell`."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings


def shell(
    service: Annotated[str, typer.Argument(envvar="S", help="The container's service.")] = "glue",
) -> None:
    """Open a shell inside a container; in `glue`, spark-submit and the job scripts are at hand."""
    from glue_sandbox.containers.shell import open_shell

    open_shell(load_settings(), service)


COMMAND = Command(shell, example="make shell S=glue")
