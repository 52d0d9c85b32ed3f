"""`glue-sandbox notebook` and `glue-sandbox notebook-report`."""

from __future__ import annotations

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings
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


COMMANDS = {
    "notebook": Command(notebook, example="make notebook", environments=ENVIRONMENTS),
    "notebook-report": Command(report, example="make notebook-report", environments=ENVIRONMENTS),
}
