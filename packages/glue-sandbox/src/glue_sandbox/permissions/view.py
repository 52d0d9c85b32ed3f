"""The report on roles, as people read it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from glue_sandbox.permissions.report import Reasons, RoleReport
from glue_sandbox.terminal.words import counted
from local_glue.calls.recorder import Record


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
    if faults:
        uncalled = ", ".join(report.role.logical_id for report in reports if not report.needed)
        yield f"✗ {faults} to mend: in the templates, by a reason for the grant,"
        yield f"  or by using what was not used yet ({uncalled or 'each role was used'}), then repeat"
    else:
        yield "✓ no role has too much or too little, as far as it was used"


def _role_lines(report: RoleReport, reasons: Reasons) -> Iterator[str]:
    role = report.role
    if not report.needed:
        yield f"{role.logical_id}: no call of it was recorded; each of its grants needs a reason"
    else:
        used = {one.action for one in report.needed}
        actions = counted(len(used), "action")
        yield f"{role.logical_id}: {actions} needed, {len(report.needed)} with their resources"
        for action in sorted(used):
            yield f"    {action}"

    why = reasons.get(role.logical_id, {})
    for action in report.unused:
        if action in why:
            yield f"  never used, on purpose: {action}: {why[action]}"
    for grant in report.unused_resources:
        yield f"  never used there: {grant.action} on {grant.resource}"
    faults = report.faults(reasons)
    yield from (f"  ✗ {fault}" for fault in faults)
    if not faults and report.needed:
        yield "  ✓ nothing is missing, and each grant was used or has a reason"
    elif not faults:
        yield "  ✓ each grant has a reason; whether something is missing is not known"
