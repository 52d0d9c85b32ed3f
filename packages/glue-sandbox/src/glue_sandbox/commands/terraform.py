"""`glue-sandbox terraform`."""

from __future__ import annotations

import os
import shlex
from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings
from glue_sandbox.terminal.console import out


def terraform(
    remove: Annotated[bool, typer.Option("--remove", help="Remove the file: back to AWS.")] = False,
) -> None:
    """Write the override file by which Terraform makes the project's resources in the sandbox, not on AWS.

    It points the AWS provider at the sandbox, and keeps the state beside the sandbox's own.
    """
    from glue_sandbox.deploy.terraform.override import remove_override, terraform_folder, write_override

    settings = load_settings()
    terraform = f"terraform -chdir={shlex.quote(os.path.relpath(terraform_folder(settings)))}"
    init = f"{terraform} init -reconfigure"
    if remove:
        out.print("removed" if remove_override(settings) else "there is none", markup=False)
        out.print(f"next: {init}, which goes back to AWS", style="bold", markup=False)
        return
    out.print(f"wrote {write_override(settings)}, for this machine alone: keep it out of git", markup=False)
    out.print(f"next: {init} && {terraform} apply", style="bold", markup=False)


COMMAND = Command(terraform, example="glue-sandbox terraform && terraform -chdir=terraform plan")
