"""Runs the audit against a sandbox and shows what does not fit, to people or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from rich.table import Table
from rich.text import Text

from sandbox.audit.checks import CHECKS, Disagreement
from sandbox.audit.evidence import Evidence, read_evidence
from sandbox.clients import dynamodb, s3
from sandbox.console import out
from sandbox.settings import Settings
from sandbox.status import data_places

SHOWN = 20
Findings = Mapping[str, list[Disagreement]]


def audit(settings: Settings) -> tuple[Evidence, Findings]:
    """The evidence, and the disagreements of every check by its name."""
    bucket, tables = data_places(settings)
    seen = read_evidence(s3(settings), dynamodb(settings), bucket, tables)
    return seen, findings(seen)


def findings(seen: Evidence) -> Findings:
    """The disagreements of every check by its name."""
    return {check.__name__: list(check(seen)) for check in CHECKS}


def as_json(found: Findings) -> str:
    """For scripts: every check with its disagreements."""
    return json.dumps(
        {name: [asdict(each) for each in disagreements] for name, disagreements in found.items()},
        indent=2,
        ensure_ascii=False,
    )


def show(seen: Evidence, found: Findings) -> None:
    """A row per check, then the disagreements one by one, then the verdict."""
    table = Table(box=None, pad_edge=False)
    table.add_column("CHECK")
    table.add_column("DISAGREEMENTS", justify="right")
    for name, disagreements in found.items():
        count = len(disagreements)
        table.add_row(name.replace("_", " "), f"[red]{count}[/]" if count else "[green]0[/]")
    out.print(table)
    for name, disagreements in found.items():
        _show_disagreements(name, disagreements)
    total = sum(map(len, found.values()))
    looked_at = f"{len(seen.batches)} runs, {len(seen.ledger)} files, {len(seen.objects)} objects"
    items = sum(map(len, seen.found.values()))
    verdict = f"[red]✗[/] {total} disagreements" if total else "[green]✓[/] nothing disagrees"
    out.print(f"\n{verdict}: {looked_at}, {items:,} items")


def _show_disagreements(name: str, disagreements: Iterable[Disagreement]) -> None:
    listed = list(disagreements)
    if listed:
        out.print(f"\n[bold]{name.replace('_', ' ')}[/]")
    for each in listed[:SHOWN]:
        out.print(Text(f"  {each.key}"))
        for label, value in (("expected", each.expected), ("found", each.found), ("next", each.next)):
            out.print(Text(f"    {label:<9}{value}"))
    if len(listed) > SHOWN:
        out.print(f"  … and {len(listed) - SHOWN} more: make -s audit JSON=1")
