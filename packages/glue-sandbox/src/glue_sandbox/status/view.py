"""What people see of a running sandbox: addresses to open, services and their state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from glue_sandbox.airflow.environment import ADMIN_USER
from glue_sandbox.hints import typed
from glue_sandbox.processes.supervisor import State
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import airflow_password
from glue_sandbox.terminal.console import out

COLOURS = {State.HEALTHY: "green", State.UNHEALTHY: "yellow", State.CRASHED: "red", State.STOPPED: "dim"}


def print_addresses(settings: Settings) -> None:
    """Where to look and how to log in."""
    airflow = f"http://localhost:{settings.airflow_port}"
    # Not into a file or the log of a CI run, where it would stay.
    kept = airflow_password(settings) or "made at the first start"
    password = kept if out.is_terminal else "in make -s status JSON=1"
    keys = "of make env" if settings.keys == "own" else "test/test"
    out.print()
    out.print(f"Airflow       {airflow}/dags/{settings.dag_id}   user {ADMIN_USER}, password {password}")
    out.print(f"AWS endpoint  {settings.public_endpoint_url}   keys {keys}, region {settings.region}")
    out.print(f"Landing       s3://{settings.data_bucket}/{settings.project.buckets.landing}")
    out.print(typed("Next          make run · make logs · make down"), style="dim")


def print_services(services: Mapping[str, Mapping[str, Any]]) -> None:
    """One row per service."""
    table = Table(box=None, pad_edge=False)
    in_containers = any("container" in service for service in services.values())
    for heading in ("SERVICE", "STATE", "URL", "CONTAINER" if in_containers else "PID"):
        table.add_column(heading)
    for name, service in services.items():
        state = State(service["state"])
        where = str((service["container"] if in_containers else service["pid"]) or "")
        table.add_row(name, f"[{COLOURS[state]}]{state}[/]", service["url"] or "", where)
    out.print(table)
