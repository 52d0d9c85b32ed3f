"""The report on roles, as people read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from rich.text import Text

from glue_sandbox.permissions.granted import Role
from glue_sandbox.permissions.report import Reasons, RoleReport
from glue_sandbox.terminal.console import print_hanging
from glue_sandbox.terminal.visible_text import VisibleConsole
from glue_sandbox.terminal.words import counted
from local_glue.calls.recorder import Record

HANGING = 2


def report_lines(
    reports: Sequence[RoleReport], reasons: Reasons, records: Collection[Record]
) -> Iterator[str]:
    """Yield the lines of all roles: what was needed and is granted, and the difference both ways."""
    callers = {record[0] for record in records}
    calls = f"{counted(len(records), 'different call')} of {counted(len(callers), 'caller')}"
    yield f"Behind this: {calls}, recorded by the sandbox"
    for report in reports:
        yield ""
        yield from _role_lines(report, reasons)

    yield ""
    faults = sum(len(report.faults(reasons)) for report in reports)
    unknown = [report.role for report in reports if not report.needed and report.unexplained(reasons)]
    if faults:
        yield f"✗ {faults} to mend: in the templates, or by a reason for the grant"
    else:
        yield "✓ no role has too much or too little, as far as it was used"
    if unknown:
        names = ", ".join(_with_takers(role) for role in unknown)
        yield f"not known yet, for nothing has used it: {names}; use what works with it, then repeat"


def _with_takers(role: Role) -> str:
    return f"{role.logical_id} (of {', '.join(role.takers)})" if role.takers else role.logical_id


def print_lines(console: VisibleConsole, lines: Iterable[str]) -> None:
    """Print them; what does not fit a terminal's line goes on below its text, deeper than the next line."""
    for line in lines:
        text = line.lstrip(" ✗✓")
        label = line[: len(line) - len(text)]
        print_hanging(console, Text(label), text, deeper=0 if label.strip() else HANGING)


def _role_lines(report: RoleReport, reasons: Reasons) -> Iterator[str]:
    role = report.role
    if not report.needed:
        yield f"{_with_takers(role)}: no call of it was recorded"
    else:
        used = {one.action for one in report.needed}
        actions, pairs = counted(len(used), "action"), counted(len(report.needed), "pair")
        yield f"{role.logical_id}: {actions} needed, {pairs} of action and resource"
        for action in sorted(used):
            yield f"    {action}"

    why = reasons.get(role.logical_id, {})
    for action in report.unused:
        if action in why:
            yield f"  never used, on purpose: {action}: {why[action]}"
    for grant in report.unused_resources:
        yield f"  never used there: {grant.action} on {grant.resource}"
    faults = report.faults(reasons)
    unknown = [] if report.needed else report.unexplained(reasons)
    yield from (f"  not known yet: {action} is granted, and needs a use or a reason" for action in unknown)
    yield from (f"  ✗ {fault}" for fault in faults)
    if not faults and report.needed:
        yield "  ✓ nothing is missing, and each grant was used or has a reason"
    elif not faults and not unknown:
        yield "  ✓ each grant has a reason; whether something is missing is not known"
