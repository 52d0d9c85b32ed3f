"""What the containers are seen to be, in the words that `status` has for processes, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glue_sandbox.containers.services import EXPECTED, PUBLISHED, expected_services
from glue_sandbox.docker.compose import Compose, Container
from glue_sandbox.processes.supervisor import State
from glue_sandbox.settings import Settings


def container_services(settings: Settings) -> dict[str, dict[str, Any]]:
    """State, address and container of every service; those that are not there are stopped."""
    found = Compose(settings).containers()
    names = [*expected_services(settings), *(name for name in found if name not in EXPECTED)]
    return {name: _seen(settings, name, found.get(name), bool(found)) for name in names}


def holds_port(containers: Mapping[str, Container], variable: str) -> bool:
    """Whether the port of a variable is used by a container of these."""
    container = containers.get(PUBLISHED[variable])
    return container is not None and container.state == "running"


def _seen(settings: Settings, name: str, container: Container | None, is_up: bool) -> dict[str, Any]:
    urls = {
        "emulator": settings.emulator_url,
        "glue": settings.endpoint_url,
        "airflow": settings.airflow_url,
        "history": f"http://127.0.0.1:{settings.history_port}",
    }
    return {
        "state": state_of(container, is_up).value,
        "url": urls.get(name) if container else None,
        "container": container.name if container else None,
    }


def state_of(container: Container | None, is_up: bool) -> State:
    """What compose says of a container -> a state; one that is missing beside others is a crash."""
    if container is None:
        return State.CRASHED if is_up else State.STOPPED
    if container.has_ended:
        return State.CRASHED
    if container.is_ready:
        return State.HEALTHY
    return State.UNHEALTHY if container.health == "unhealthy" else State.STARTING
