"""`glue-sandbox glue …`: questions about the local Glue service."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.terminal.console import out

EXAMPLE = "make glue-coverage"


def coverage(
    as_json: Annotated[bool, typer.Option("--json", help="Group by group, for scripts.")] = False,
) -> None:
    """Show which operations of the Glue API are built, group by group; needs no running sandbox."""
    from local_glue.api import coverage_text

    typer.echo(coverage_text.as_json() if as_json else coverage_text.as_text(out.width))
