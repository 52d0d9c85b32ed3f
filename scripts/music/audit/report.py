"""Runs the audit against a deployment and shows what does not fit, to people or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from botocore.exceptions import ClientError
from rich.table import Table
from rich.text import Text

from glue_sandbox.console import out
from glue_sandbox.errors import SandboxError
from music.audit.checks import CHECKS, CHECKS_OF_DAYS, Disagreement
from music.audit.days import read_days
from music.audit.location import Place
from music.audit.snapshot import Evidence, read_evidence
from music.date_range import DaySpan
from music_streams.storage import MISSING, error_code

SHOWN = 20
ATTEMPTS = 3
Findings = Mapping[str, list[Disagreement]]


def audit(place: Place, days: DaySpan | None = None) -> tuple[Evidence, Findings]:
    """The evidence, of all or of some days, and the disagreements of every check by its name.

    A run that is under way replaces objects: then all is read anew.
    """
    for _ in range(ATTEMPTS):
        try:
            seen = read_evidence(place) if days is None else read_days(place, days)
        except ClientError as error:
            if error_code(error) not in MISSING:
                raise
        else:
            return seen, findings(seen)
    raise SandboxError(
        "data that stays as it is while it is read",
        f"objects that went away meanwhile, {ATTEMPTS} times",
        "make runs; then, when none is under way: make audit",
    )


def findings(seen: Evidence) -> Findings:
    """The disagreements of every check by its name."""
    checks = CHECKS if seen.days is None else CHECKS_OF_DAYS
    return {check.__name__: list(check(seen)) for check in checks}


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
    if seen.days is not None:
        looked_at = f"{len(seen.days)} days, {len(seen.objects)} objects"
    items = sum(map(len, seen.found.values()))
    verdict = f"[red]✗[/] {total} disagreements" if total else "[green]✓[/] nothing disagrees"
    out.print(f"\n{verdict}: {looked_at}, {items:,} items")
    if seen.days is not None:
        out.print("files, runs and ledger are compared without FROM and TO: make audit", style="dim")


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
