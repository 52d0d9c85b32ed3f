"""Shows the services' log files, and what is added to them, each line with the name of its service."""

from __future__ import annotations

import time
from collections import deque
from pathlib import Path
from typing import TextIO

from rich.text import Text

from glue_sandbox.console import out
from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings
from glue_sandbox.visible_text import without_colours

POLL_SECONDS = 0.2
COLOURS = ("cyan", "magenta", "yellow", "green", "blue", "red")


def find_logs(settings: Settings, service: str | None) -> dict[str, Path]:
    """Log files by short name, such as `glue` or `airflow/scheduler`; `service` picks one and those below.

    Raises SandboxError with the names there are when there is no such log.
    """
    paths = sorted(settings.logs.rglob("*.log"))
    known = {str(path.relative_to(settings.logs).with_suffix("")): path for path in paths}
    chosen = {n: p for n, p in known.items() if service in (None, n) or n.startswith(f"{service}/")}
    if chosen:
        return chosen
    if not known:
        raise SandboxError("logs of a started sandbox", f"none in {settings.logs}", "make up")
    raise SandboxError(f"one of {', '.join(known)}", f"S={service}", f"make logs S={next(iter(known))}")


def show(logs: dict[str, Path], lines: int, follow: bool) -> None:
    """Print the last lines of every log; with `follow`, then every new one until Ctrl-C."""
    width = max(len(name) for name in logs)
    colours = {name: COLOURS[number % len(COLOURS)] for number, name in enumerate(logs)}
    opened = {name: path.open(encoding="utf-8", errors="replace") for name, path in logs.items()}
    try:
        for name, log in opened.items():
            for line in deque(log, maxlen=lines):
                print_line(name, line, width, colours[name])
        while follow:
            if not sum(_print_new(n, log, width, colours[n]) for n, log in opened.items()):
                time.sleep(POLL_SECONDS)  # files have no event to wait for on every system
    except KeyboardInterrupt:
        out.print()
    finally:
        for log in opened.values():
            log.close()


def _print_new(name: str, log: TextIO, width: int, colour: str) -> int:
    lines = log.readlines()
    for line in lines:
        print_line(name, line, width, colour)
    return len(lines)


def print_line(name: str, line: str, width: int, colour: str) -> None:
    """One line of a log, with the name of its service before it."""
    out.print(
        Text.assemble((f"{name:<{width}} │ ", colour), without_colours(line.rstrip("\n"))), soft_wrap=True
    )
