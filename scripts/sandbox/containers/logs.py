"""The containers' logs, as compose shows them."""

from __future__ import annotations

import subprocess

from sandbox.console import out
from sandbox.containers.docker import PROFILES, Compose
from sandbox.errors import SandboxError
from sandbox.settings import Settings


def show_logs(settings: Settings, service: str | None, lines: int, follow: bool) -> None:
    """Print the last lines of every container, or of those of one service; with `follow`, until Ctrl-C.

    `airflow` stands for all of Airflow's.
    """
    compose = Compose(settings)
    there = sorted(compose.containers())
    chosen = [name for name in there if service in (None, name) or name.startswith(f"{service}-")]
    if not there:
        raise SandboxError("logs of a started sandbox", "no container of it", "make up")
    if not chosen:
        raise SandboxError(f"one of {', '.join(there)}", f"S={service}", f"make logs S={there[0]}")
    words = ["logs", "--tail", str(lines), *(["--follow"] if follow else []), *chosen]
    try:
        subprocess.run(compose.command(*words, profiles=PROFILES), check=False, env=compose.environment)
    except KeyboardInterrupt:
        out.print()
