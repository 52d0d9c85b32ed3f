"""`glue-sandbox status`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.hints import typed
from glue_sandbox.settings import load_settings
from glue_sandbox.setup.needs import start_under_way
from glue_sandbox.terminal.console import out


def status(
    as_json: Annotated[
        bool, typer.Option("--json", envvar="JSON", help="Print JSON for scripts, and nothing else.")
    ] = False,
) -> None:
    """Show state and address of every service."""
    from glue_sandbox.status.status import status as read_status
    from glue_sandbox.status.view import print_addresses, print_services

    settings = load_settings()
    seen = read_status(settings)
    if as_json:
        print(json.dumps(seen, indent=2))
        return
    print_services(seen["services"])
    start = start_under_way(settings.home, settings.state)
    if start:
        out.print(f"a start under way: {start}")
    states = {service["state"] for service in seen["services"].values()}
    if states == {"healthy"}:
        print_addresses(settings)
    elif start:
        out.print(typed("next: make status, until all of it is healthy"))
    elif states == {"stopped"}:
        out.print(typed("next: make up"))
    elif states <= {"healthy", "starting"}:
        out.print(typed("next: make status, until all of it is healthy"))
    else:
        out.print(typed("next: make up (or make logs, to see why something is not healthy)"))


COMMAND = Command(status, example="make -s status JSON=1 | python3 -m json.tool")
