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
    """Write sandbox.toml for the repository in this folder; if it has no DAG and no job, an example of both.

    It looks at DAGs, Glue scripts, CloudFormation, cdk.out and Terraform; says what it could not find out.
    """
    from glue_sandbox.scaffold.new_project import write_project

    project = write_project(Path.cwd(), name)
    for file in project.written:
        out.print(f"wrote {file}", markup=False)
    following = ", ".join(project.next_commands)
    if not project.unknown:
        out.print(f"next: {following}", style="bold")
        return
    out.print("not found out, to be checked in sandbox.toml:")
    for each in project.unknown:
        out.print(f"  {each}", markup=False, soft_wrap=True)
    out.print(f"next: edit sandbox.toml, then: {following}", style="bold")


COMMAND = Command(init, example="glue-sandbox init --name my-project", needs_project=False)
