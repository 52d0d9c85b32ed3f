"""What people see of a running sandbox: addresses to open, services and their state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from glue_sandbox.airflow.environment import ADMIN_USER
from glue_sandbox.hints import typed
from glue_sandbox.processes.supervisor import State
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import airflow_page, airflow_password, apis
from glue_sandbox.terminal.console import out, print_hanging
from glue_sandbox.terminal.record_table import Column, RecordTable

COLOURS = {
    State.HEALTHY: "green",
    State.STARTING: "yellow",
    State.UNHEALTHY: "yellow",
    State.CRASHED: "red",
    State.STOPPED: "dim",
}
INDENT = " " * len("AWS endpoint  ")


def print_addresses(settings: Settings) -> None:
    """Where to look and how to log in."""
    # Not into a file or the log of a CI run, where it would stay.
    kept = airflow_password(settings) or "made at the first start"
    password = kept if out.is_terminal else typed("in make -s status JSON=1")
    keys = typed("of make env") if settings.keys == "own" else "test/test"
    out.print()
    if settings.project.has_dags:
        login = f"user {ADMIN_USER}, password {password}" if settings.runs_airflow else "yours"
        _print_address("Airflow", f"{airflow_page(settings)}/dags/{settings.dag_id}", login)
    if not settings.runs_emulator:
        _print_address("Emulator", settings.emulator_url, "yours")
    _print_address("AWS endpoint", settings.public_endpoint_url, f"keys {keys}, region {settings.region}")
    for name, url in apis(settings).items():
        _print_address(settings.project.apis.get(name, name), url)
    _print_address("Landing", f"s3://{settings.data_bucket}/{settings.project.buckets.landing}")
    following = " · ".join((*settings.project.next_commands, "make logs", "make down"))
    print_hanging(out, Text(f"{'Next':<{len(INDENT)}}", "dim"), typed(following), "dim")


def _print_address(name: str, *facts: str) -> None:
    """Print an address and more about it: in one line, else one below the other, else all below the name."""
    line = f"{name:<{len(INDENT)}}{'   '.join(facts)}"
    if len(line) <= out.width:
        out.print(Text(line))
        return

    fits = len(INDENT) + max(map(len, facts)) <= out.width
    first, *others = (name.ljust(len(INDENT)) + facts[0], *facts[1:]) if fits else (name, *facts)
    out.print(Text(first))
    for fact in others:
        out.print(Text(f"{INDENT if fits else '  '}{fact}"), soft_wrap=True)


def print_services(services: Mapping[str, Mapping[str, Any]]) -> None:
    """One row per service."""
    in_containers = any("container" in service for service in services.values())
    process = Column("CONTAINER" if in_containers else "PID", drop=1)
    table = RecordTable("", [Column("SERVICE"), Column("STATE"), Column("URL"), process])
    for name, service in services.items():
        state = State(service["state"])
        where = str((service["container"] if in_containers else service["pid"]) or "")
        table.add(Text(name), f"[{COLOURS[state]}]{state}[/]", Text(service["url"] or ""), Text(where))
    table.show()
