"""`sandbox glue …`: questions about the local Glue service."""

from __future__ import annotations

from rich.columns import Columns

from sandbox.console import out

EXAMPLE = "python3 scripts/bootstrap.py glue coverage"


def coverage() -> None:
    """List which operations of the Glue API the local service has, and which not."""
    from local_service.registry import coverage as read_coverage

    found = read_coverage()
    total = len(found.built) + len(found.missing)
    out.print(
        f"[green]{len(found.built)} of {total} Glue operations are built[/] (glue/local_service/operations/):"
    )
    out.print(Columns(found.built, padding=(0, 2), equal=True))
    out.print(f"\n[dim]{len(found.missing)} answer with an error that names them:[/]")
    out.print(Columns(found.missing, padding=(0, 2), equal=True), style="dim")
