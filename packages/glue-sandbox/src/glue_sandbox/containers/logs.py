"""The containers' logs, as compose shows them."""

from __future__ import annotations

import subprocess

from glue_sandbox.docker.compose import CONTROL, PROFILES, Compose
from glue_sandbox.errors import SandboxError
from glue_sandbox.processes.logs import COLOURS, print_line
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import out


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
    words = ["logs", "--no-color", "--tail", str(lines), *(["--follow"] if follow else []), *chosen]
    command = compose.command(*words, profiles=PROFILES)
    colours = {name: COLOURS[number % len(COLOURS)] for number, name in enumerate(chosen)}
    width = max(map(len, chosen))
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=compose.environment,
    ) as process:
        try:
            for line in process.stdout or ():
                name, bar, text = CONTROL.sub("", line).partition(" | ")
                service = name.strip().removesuffix("-1")  # compose numbers the containers of a service
                if bar and service in colours:
                    print_line(service, text, width, colours[service])
        except KeyboardInterrupt:
            process.terminate()
            out.print()
