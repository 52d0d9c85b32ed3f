"""`glue-sandbox init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.terminal.console import out


def init(
    name: Annotated[str | None, typer.Option(help="The project's name; the folder's, if none.")] = None,
) -> None:
    """Write sandbox.toml for the project in this folder, and an example DAG and job where it has none."""
    from glue_sandbox.scaffold.new_project import write_project

    for file in write_project(Path.cwd(), name):
        out.print(f"wrote {file}", markup=False)
    out.print("next: glue-sandbox up, then: glue-sandbox run hello", style="bold")


COMMAND = Command(init, example="glue-sandbox init --name my-project", needs_project=False)
