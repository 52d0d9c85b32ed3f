"""One container more, and all of them away."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text

from glue_sandbox.docker.compose import PROFILES, Compose
from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import err


def start_container(settings: Settings, service: str, variables: Mapping[str, str]) -> bool:
    """Start one more service of a sandbox that is up; False when it runs already."""
    compose = Compose(settings)
    before = compose.containers().get(service)
    compose.run("up", "--wait", "--no-build", "--no-deps", service, profiles=PROFILES, extra=variables)
    return before is None or compose.containers()[service].container_id != before.container_id


def take_down(settings: Settings, *, keep_data: bool, keep_unused: bool = False) -> list[str]:
    """Remove containers and network, and the volumes unless they are to stay; returns what there was.

    `keep_unused` leaves volumes that have no containers: an earlier `down` was told to keep them.
    """
    compose = Compose(settings)
    there = [each.service for each in compose.containers().values()]
    if compose.exists:
        keeps = keep_data or (keep_unused and not there)
        compose.remove(keep_data=keeps)
        if not keeps:
            (settings.state / "deployed.json").unlink(missing_ok=True)
        settings.started_with.unlink(missing_ok=True)
    return there


def take_down_if_possible(settings: Settings, *, keep_data: bool, keep_unused: bool = False) -> list[str]:
    """The same for those who have more to do: what stays without an engine is named, and is no error."""
    try:
        return take_down(settings, keep_data=keep_data, keep_unused=keep_unused)
    except SandboxError as error:
        project = Compose(settings).project
        for line in (
            f"expected {error.expected}, to look for containers and volumes of {project}",
            f"found    {error.found}",
            f"next     once it answers: docker compose --project-name {project} down --volumes",
        ):
            err.print(Text(line, style="yellow"))
        return []
