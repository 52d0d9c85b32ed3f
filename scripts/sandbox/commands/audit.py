"""`sandbox audit`."""

from __future__ import annotations

from typing import Annotated

import typer

from sandbox.settings import load_settings

EXAMPLE = "make audit"


def audit(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for scripts, and nothing else.")
    ] = False,
) -> None:
    """Compare files, ledger, curated listens and KPI tables; exit with 1 when something disagrees."""
    from sandbox.audit import report

    seen, found = report.audit(load_settings())
    if as_json:
        print(report.as_json(found))
    else:
        report.show(seen, found)
    raise typer.Exit(1 if any(found.values()) else 0)
