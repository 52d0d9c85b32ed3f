"""What runs and where: the facts a script or a person needs of a running sandbox."""

from __future__ import annotations

import json
import os
from typing import Any

from glue_sandbox.airflow.environment import SECRETS_FILE
from glue_sandbox.containers.states import container_services
from glue_sandbox.deploy.state import read_deployed
from glue_sandbox.deploy.templates import load_template
from glue_sandbox.deploy.templates import table_names as names_in
from glue_sandbox.errors import SandboxError
from glue_sandbox.history_server import HISTORY, history
from glue_sandbox.processes.services import AIRFLOW, services_of
from glue_sandbox.processes.supervisor import State, Supervisor
from glue_sandbox.project.file import FILE
from glue_sandbox.settings import Settings
from glue_sandbox.setup.needs import not_running, start_under_way


def status(settings: Settings) -> dict[str, Any]:
    """Everything `glue-sandbox status --json` prints; names and types are a contract for scripts."""
    bucket, tables = data_places(settings)
    return {
        "mode": settings.mode,
        "endpoint_url": settings.public_endpoint_url,
        "region": settings.region,
        "bucket": bucket,
        "landing": settings.project.buckets.landing,
        "archive": settings.project.buckets.archive,
        "tables": tables,
        "apis": apis(settings),
        "dag_id": settings.dag_id or None,
        "airflow": _airflow(settings) if settings.project.has_dags else None,
        "services": services(settings),
    }


def _airflow(settings: Settings) -> dict[str, str | None]:
    return {
        "url": airflow_page(settings),
        "user": settings.project.airflow.user,
        "password": airflow_password(settings),
    }


def airflow_page(settings: Settings) -> str:
    """Return the address of Airflow as people type it."""
    return settings.project.airflow.url or f"http://localhost:{settings.airflow_port}"


def data_places(settings: Settings) -> tuple[str, dict[str, str]]:
    """The bucket of the data, and the names of the tables as `table_names` gives them."""
    deployed = read_deployed(settings)
    return deployed.bucket if deployed else settings.data_bucket, table_names(settings)


def table_names(settings: Settings) -> dict[str, str]:
    """Return default name → name of each DynamoDB table that the project describes, deployed or not."""
    deployed = read_deployed(settings)
    templates = settings.project.templates
    defaults = {name: name for name in settings.project.tables}
    for name in templates.order if templates else ():
        defaults |= names_in(load_template(settings.project.template(name)), {})
    return defaults | (deployed.tables if deployed else {})


def apis(settings: Settings) -> dict[str, str]:
    """Return name → address of each HTTP API that is deployed; a browser can open it."""
    deployed = read_deployed(settings)
    # By path: not every browser and client resolves the names below localhost that AWS would have here.
    base = f"http://localhost:{settings.sandbox_port}/_aws/execute-api"
    return {name: f"{base}/{api_id}/" for name, api_id in deployed.apis.items()} if deployed else {}


def services(settings: Settings) -> dict[str, dict[str, Any]]:
    """State, address and process or container of every service."""
    if settings.in_containers:
        return container_services(settings)
    supervisor = Supervisor(settings)
    seen: dict[str, dict[str, Any]] = {}
    on_demand = {HISTORY: history} if HISTORY in supervisor.table.read() else {}
    for name, build in (services_of(settings) | on_demand).items():
        process = supervisor.table.running(name)
        if process:
            service = build(settings)
            seen[name] = {"state": supervisor.state(service).value, "url": service.url, "pid": process.pid}
        else:
            crashed = name in supervisor.table.read()
            seen[name] = {
                "state": (State.CRASHED if crashed else State.STOPPED).value,
                "url": None,
                "pid": None,
            }
    return seen


def must_run(settings: Settings) -> dict[str, State]:
    """Return the state of every service, of which the AWS endpoint is healthy.

    Raises:
        SandboxError: it is not, so nothing else can be done either.
    """
    states = {name: State(service["state"]) for name, service in services(settings).items()}
    if states["glue"] == State.HEALTHY:
        return states

    found = f"the AWS endpoint is {states['glue']}"
    raise not_running(settings.home, settings.state, found, next_command(states["glue"]))


def must_have_started(settings: Settings) -> None:
    """Refuse to say that there is nothing yet while the sandbox still starts.

    Raises:
        SandboxError: a start is under way, as `status` tells it.
    """
    if start_under_way(settings.home, settings.state):
        raise not_running(settings.home, settings.state, "one that is ready", "make up")


def next_command(state: State) -> str:
    """Return what to type about a service that is not healthy."""
    return "make status, until it is healthy" if state is State.STARTING else "make up"


def airflow_state(settings: Settings) -> State:
    """Return how Airflow is.

    Raises:
        SandboxError: the sandbox does not run, or has no Airflow.
    """
    states = must_run(settings)
    require_airflow(settings)
    if settings.runs_airflow:
        return states[AIRFLOW]
    return State.HEALTHY  # as far as is known here: who asks it hears more


def require_airflow(settings: Settings) -> None:
    """Return only for a project that has DAGs.

    Raises:
        SandboxError: it has none.
    """
    if not settings.project.has_dags:
        raise SandboxError(
            f"a project with a DAG: a table [airflow] in {FILE}",
            "none, so the sandbox runs without Airflow",
            f'add [airflow] and dag_id = "…" to {FILE}, then: make down and make up',
        )


def airflow_password(settings: Settings) -> str | None:
    """The login that was made for this sandbox; None before its first start.

    That of an Airflow which the project file names is AIRFLOW_PASSWORD's.
    """
    if settings.project.airflow.url:
        return os.environ.get("AIRFLOW_PASSWORD")
    path = settings.state / AIRFLOW / SECRETS_FILE
    return json.loads(path.read_text(encoding="utf-8"))["admin_password"] if path.is_file() else None
