"""A shell inside one of the containers."""

from __future__ import annotations

from typing import NoReturn

from glue_sandbox.docker.compose import PROFILES, Compose
from glue_sandbox.errors import SandboxError
from glue_sandbox.hints import closest
from glue_sandbox.settings import Settings


def open_shell(settings: Settings, service: str) -> NoReturn:
    """Replace this process by a login shell in the container of a service.

    Raises:
        SandboxError: the sandbox is not one of containers, or that service does not run.
    """
    if not settings.in_containers:
        raise SandboxError(
            "a sandbox in containers",
            "MODE=embedded, whose services are processes of this machine",
            "make status, or: make down, then MODE=containers make up",
        )

    compose = Compose(settings)
    running = sorted(name for name, each in compose.containers().items() if each.state == "running")
    if service not in running:
        found = f"S={service}" if running else "no running container"
        raise SandboxError(
            f"one of {', '.join(running)}" if running else "a running sandbox",
            found,
            f"make shell S={closest(service, running)}" if running else "make up",
        )

    compose.become("exec", service, "bash", "-l", profiles=PROFILES)
