"""`glue-sandbox glue …`: questions about the local Glue service."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.table import Table

from glue_sandbox.console import out

EXAMPLE = "make glue-coverage"


def coverage(
    as_json: Annotated[bool, typer.Option("--json", help="Group by group, for scripts.")] = False,
) -> None:
    """Show which operations of the Glue API are built, group by group; needs no running sandbox."""
    from local_glue.api.registry import coverage as read_coverage
    from local_glue.api.registry import coverage_by_group

    groups = coverage_by_group()
    if as_json:
        found = {name: {"built": group.built, "missing": group.missing} for name, group in groups.items()}
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("GROUP", no_wrap=True)
    table.add_column("BUILT", justify="right", no_wrap=True)
    table.add_column("OPERATIONS")
    for name, group in groups.items():
        count = f"{len(group.built)} of {len(group.built) + len(group.missing)}"
        lines = [f"[green]{' '.join(group.built)}[/]"] if group.built else []
        lines += [f"[dim]not built: {' '.join(group.missing)}[/]"] if group.missing else []
        table.add_row(name, count, "\n".join(lines))
    out.print(table)
    whole = read_coverage()
    out.print(
        f"\n{len(whole.built)} of {len(whole.built) + len(whole.missing)} operations are built, "
        "one file each in local_glue/operations/; the others answer an error that names them."
    )
