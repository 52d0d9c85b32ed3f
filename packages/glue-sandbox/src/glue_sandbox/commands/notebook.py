"""`glue-sandbox notebook` and `glue-sandbox notebook-report`."""

from __future__ import annotations

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import Settings, load_settings
from glue_sandbox.terminal.console import out

ENVIRONMENTS = ("glue", "notebook")


def notebook() -> None:
    """Open JupyterLab on the project's notebooks: the jobs' Spark, the sandbox's S3 and Data Catalog."""
    from glue_sandbox.notebooks.jupyter import open_lab

    raise typer.Exit(open_lab(load_settings()))


def report() -> None:
    """Run every cell of every notebook on what the sandbox holds, and write them as pages of HTML."""
    from glue_sandbox.notebooks.jupyter import write_reports

    for page in write_reports(load_settings()):
        out.print(page.as_uri(), soft_wrap=True)


def require_notebooks_and_sandbox(settings: Settings) -> None:
    """See what can be seen before a hundred packages are installed.

    Raises:
        SandboxError: the project has no folder of notebooks, or the sandbox does not run.
    """
    from glue_sandbox.notebooks.jupyter import notebook_folder
    from glue_sandbox.status.status import must_run

    notebook_folder(settings)
    must_run(settings)


COMMANDS = {
    name: Command(
        run, example=f"make {name}", environments=ENVIRONMENTS, requires=require_notebooks_and_sandbox
    )
    for name, run in (("notebook", notebook), ("notebook-report", report))
}
