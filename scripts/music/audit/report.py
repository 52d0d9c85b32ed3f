"""Runs the audit against a deployment and shows what does not fit, to people or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace

from botocore.exceptions import ClientError
from rich.text import Text

from glue_sandbox.errors import SandboxError
from glue_sandbox.terminal.console import out, print_hanging
from glue_sandbox.terminal.record_table import Column, RecordTable
from glue_sandbox.terminal.words import counted
from music.audit.checks import CHECKS, CHECKS_OF_DAYS, RECOUNTS
from music.audit.checks.disagreement import Disagreement
from music.audit.checks.ledger import known_songs_stay_known
from music.audit.days import read_days
from music.audit.location import DataLocation
from music.audit.reader import read_snapshot
from music.audit.snapshot import AuditSnapshot
from music.date_range import EVERY_DAY, DateRange
from music_streams.storage import MISSING, error_code

SHOWN = 5
"""Of each check, for people: of one cause there are often hundreds, and its check comes first."""
ATTEMPTS = 3
SONGS_FIRST = "deliver the missing songs first, as said of: known songs stay known"
OWN_RULES = (
    "The audit counts by rules of its own (scripts/music/audit): after a change of a rule in glue/ no"
    " recompute makes them agree. Change it in both places, or take it back."
)
Findings = Mapping[str, list[Disagreement]]


def audit(location: DataLocation, dates: DateRange = EVERY_DAY) -> tuple[AuditSnapshot, Findings]:
    """Return the snapshot, of all or of some days, and the disagreements of every check by its name.

    A run that is under way replaces objects: then all is read again.

    Raises:
        SandboxError: objects went away while they were read, several times.
        ClientError: AWS refused a call for another reason.
    """
    for _ in range(ATTEMPTS):
        try:
            snapshot = read_days(location, dates) if dates else read_snapshot(location)
        except ClientError as error:
            if error_code(error) not in MISSING:
                raise
        else:
            return snapshot, findings(snapshot)

    raise SandboxError(
        "data that stays as it is while it is read",
        f"objects that went away meanwhile, {ATTEMPTS} times",
        "make runs; then, when none is under way: make audit",
    )


def findings(snapshot: AuditSnapshot) -> Findings:
    """Return the disagreements of every check by its name."""
    checks = CHECKS if snapshot.days is None else CHECKS_OF_DAYS
    by_check = {name: list(check(snapshot)) for name, check in checks.items()}
    if not by_check.get(known_songs_stay_known.__name__):
        return by_check

    # To recompute a day now would make its songs unknown in the tables as well.
    songs_first = {name: [replace(each, next=SONGS_FIRST) for each in by_check[name]] for name in RECOUNTS}
    return by_check | songs_first


def as_json(by_check: Findings) -> str:
    """Return JSON for scripts: every check with its disagreements."""
    return json.dumps(
        {name: [asdict(each) for each in disagreements] for name, disagreements in by_check.items()},
        indent=2,
        ensure_ascii=False,
    )


def show(snapshot: AuditSnapshot, by_check: Findings) -> None:
    """Print a row per check, then the disagreements one by one, then the verdict."""
    table = RecordTable("", [Column("CHECK", wraps=True), Column("DISAGREEMENTS", right=True)])
    for name, disagreements in by_check.items():
        count = len(disagreements)
        table.add(name.replace("_", " "), f"[red]{count}[/]" if count else "[green]0[/]")
    table.show()

    for name, disagreements in by_check.items():
        _show_disagreements(name, disagreements)

    if any(by_check.get(name) for name in RECOUNTS):
        out.print()
        print_hanging(out, Text(), OWN_RULES, style="dim")

    total = sum(map(len, by_check.values()))
    verdict = f"[red]✗[/] {counted(total, 'disagreement')}" if total else "[green]✓[/] nothing disagrees"
    out.print(f"\n{verdict}: {_extent(snapshot)}")
    if snapshot.days is not None:
        out.print("files, runs and ledger are compared without FROM and TO: make audit", style="dim")


def _extent(snapshot: AuditSnapshot) -> str:
    items = counted(sum(map(len, snapshot.items.values())), "item")
    objects = counted(len(snapshot.objects), "object")
    if snapshot.days is not None:
        return f"{counted(len(snapshot.days), 'day')}, {objects}, {items}"
    runs, files = counted(len(snapshot.batches), "run"), counted(len(snapshot.ledger), "file")
    return f"{runs}, {files}, {objects}, {items}"


def _show_disagreements(name: str, disagreements: Iterable[Disagreement]) -> None:
    listed = list(disagreements)
    if listed:
        out.print(f"\n[bold]{name.replace('_', ' ')}[/]")

    for each in listed[:SHOWN]:
        out.print(Text(f"  {each.key}"))
        for label, value in (("expected", each.expected), ("found", each.found), ("next", each.next)):
            print_hanging(out, Text(f"    {label:<9}"), value)

    if len(listed) > SHOWN:
        out.print(f"  … and {len(listed) - SHOWN} more: make -s audit JSON=1")
