"""`glue-sandbox doctor`."""

from __future__ import annotations

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings
from glue_sandbox.terminal.console import working


def doctor() -> None:
    """Check this machine: Python, Java, ports, disk, memory, Docker, and keys that could reach real AWS."""
    from glue_sandbox.doctor import examine, print_findings

    with working("Looking at this machine"):
        findings = examine(load_settings())
    print_findings(findings)
    if any(finding.blocks for finding in findings):
        raise typer.Exit(1)


COMMAND = Command(doctor, example="make doctor", keeps_own_keys=True)
