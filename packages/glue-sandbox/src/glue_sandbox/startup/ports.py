"""Looks at the ports before a set-up, which takes a minute that nobody should wait for in vain."""

from __future__ import annotations

import os
from collections.abc import Mapping

from glue_sandbox.hints import this_command
from glue_sandbox.machine.ports import is_free, must_be_free, owner_of
from glue_sandbox.processes.process_table import leftovers
from glue_sandbox.processes.services import PORT_VARIABLES, needed_ports
from glue_sandbox.processes.supervisor import Supervisor
from glue_sandbox.settings import Settings
from glue_sandbox.setup.needs import start_under_way

KEPT = ("MODE", *PORT_VARIABLES.values())
"""Variables that are typed again with the ports that are free."""


def look_at_ports(settings: Settings, environ: Mapping[str, str] = os.environ) -> None:
    """Refuse a first start whose ports are taken, before anything is installed for it.

    A sandbox that runs, or starts, has its own; what a crash has left of it is ended by the start. Ports of
    containers are looked at when the engine has said which are theirs: nothing is set up for them.

    Raises:
        SandboxError: somebody else listens on one of them.
    """
    if settings.in_containers or start_under_way(settings.home, settings.state):
        return
    needed = needed_ports(settings)
    if Supervisor(settings).running() or all(is_free(port.number) for port in needed.values()):
        return

    ours = {process.pid for process in leftovers(settings.state)}
    others = [port for port in needed.values() if owner_of(port.number).pid not in ours]
    must_be_free(others, this_command(), {name: environ[name] for name in KEPT if environ.get(name)})
