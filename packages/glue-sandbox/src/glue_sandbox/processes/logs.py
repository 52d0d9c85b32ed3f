"""Shows the services' log files, and what is added to them, each line with the name of its service."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from rich.text import Text

from glue_sandbox.errors import SandboxError
from glue_sandbox.hints import closest
from glue_sandbox.settings import Settings
from glue_sandbox.setup.needs import not_running
from glue_sandbox.terminal.console import out, say_that_it_follows
from glue_sandbox.terminal.visible_text import without_colours

POLL_SECONDS = 0.5
JOBS_COLOUR = "bold"
PROBLEM = re.compile(r"\b(WARN(ING)?|ERROR|CRITICAL|FATAL)\b|^Traceback|^\w*(Error|Exception)\b")
NO_PROBLEMS = ("[glue_log_hook.", "[kms] cryptography package not installed")
"""What Airflow's log repeats of a job; and what MiniStack says at each start of a service of its own."""
TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,6}))?(Z|[+-]\d\d:\d\d)?")
COLOURS = ("cyan", "magenta", "yellow", "green", "blue", "red")


def find_logs(settings: Settings, service: str | None) -> dict[str, Path]:
    """Log files by short name, such as `glue` or `airflow/scheduler`; `service` picks one and those below.

    Raises:
        SandboxError: there is no such log; names those that there are.
    """
    paths = sorted(settings.logs.rglob("*.log"))
    known = {str(path.relative_to(settings.logs).with_suffix("")): path for path in paths}
    chosen = {n: p for n, p in known.items() if service in (None, n) or n.startswith(f"{service}/")}
    if chosen:
        return chosen
    if not known:
        raise not_running(settings.home, settings.state, f"no logs of one in {settings.logs}", "make up")
    raise SandboxError(
        f"one of {', '.join(known)}", f"S={service}", f"make logs S={closest(service or '', list(known))}"
    )


def is_problem(line: str) -> bool:
    """Return whether a line of a service's log is a warning, an error or an exception of its own."""
    return bool(PROBLEM.search(line)) and not any(words in line for words in NO_PROBLEMS)


def written_at(line: str) -> float | None:
    """Return when a line was written, in seconds since 1970, if it begins with that; no zone: local time."""
    found = TIME.match(without_colours(line))
    if not found:
        return None
    day, clock, fraction, zone = found.groups(default="")
    return datetime.fromisoformat(f"{day}T{clock}.{fraction or 0:0<6}{zone}").timestamp()


def last_lines(log: Iterable[str], count: int, keep: Callable[[str], bool]) -> list[tuple[float, str]]:
    """Return the last lines that are to be kept, each with its time or that of the line before."""
    kept: deque[tuple[float, str]] = deque(maxlen=count)
    time_of_line = 0.0
    for line in log:
        time_of_line = written_at(line) or time_of_line
        if keep(line):
            kept.append((time_of_line, line))
    return [*kept]


def show(
    logs: dict[str, Path],
    lines: int,
    follow: bool,
    keep: Callable[[str], bool] = lambda _: True,
    more: Callable[[], Iterable[tuple[str, str]]] = tuple,
) -> None:
    """Print the last lines of every log that are to be kept, by their time; with `follow`, new ones, too.

    `more` has lines from elsewhere by their name: those that are new each time.
    """
    first = list(more())
    width = max(len(name) for name in (*logs, *(name for name, _ in first)))
    colours = {name: COLOURS[number % len(COLOURS)] for number, name in enumerate(logs)}
    opened = {name: path.open(encoding="utf-8", errors="replace") for name, path in logs.items()}

    try:
        last = [(at, name, line) for name, log in opened.items() for at, line in last_lines(log, lines, keep)]
        for _, name, line in sorted(last, key=lambda each: each[0]):
            print_line(name, line, width, colours[name])

        print_all(first, width)
        if follow:
            say_that_it_follows()
        while follow:
            new = [(name, line) for name, log in opened.items() for line in log.readlines()]
            for name, line in new:
                if keep(line):
                    print_line(name, line, width, colours[name])
            elsewhere = list(more())
            print_all(elsewhere, width)
            if not new and not elsewhere:
                time.sleep(POLL_SECONDS)  # files have no event to wait for on every system
    except KeyboardInterrupt:
        out.print()
    finally:
        for log in opened.values():
            log.close()


def print_all(lines: Iterable[tuple[str, str]], width: int) -> None:
    """Print lines of jobs, each with its name."""
    for name, line in lines:
        print_line(name, line, width, JOBS_COLOUR)


def print_line(name: str, line: str, width: int, colour: str) -> None:
    """One line of a log, with the name of its service before it."""
    out.print(
        Text.assemble((f"{name:<{width}} │ ", colour), without_colours(line.rstrip("\n"))), soft_wrap=True
    )
