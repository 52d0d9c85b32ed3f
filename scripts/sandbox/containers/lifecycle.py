"""One container more, and all of them away."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.containers.docker import PROFILES, Compose, docker
from sandbox.containers.services import INIT
from sandbox.settings import Settings

DOWN = ("--remove-orphans", "--timeout", "20")


def start_container(settings: Settings, service: str, variables: Mapping[str, str]) -> bool:
    """Start one more service of a sandbox that is up; False when it runs as wanted already."""
    compose = Compose(settings)
    before = compose.containers().get(service)
    compose.run("up", "--wait", "--no-build", "--no-deps", service, profiles=PROFILES, extra=variables)
    return before is None or compose.containers()[service].container_id != before.container_id


def take_down(settings: Settings, *, keep_data: bool) -> list[str]:
    """Remove containers and network, and the volumes unless they are to stay; returns what there was."""
    compose = Compose(settings)
    there = [each.service for each in compose.containers().values() if each.service != INIT]
    if compose.exists:
        volumes = () if keep_data else ("--volumes",)
        # By the project's name alone: also what another version of the compose file started goes.
        docker(*("compose", "--project-name", compose.project, "down"), *DOWN, *volumes)
        if not keep_data:
            (settings.state / "deployed.json").unlink(missing_ok=True)
    settings.started_with.unlink(missing_ok=True)
    return there
