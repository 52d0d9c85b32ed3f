"""Keeps Airflow's components running: starts them in order, and again when one dies, but not for ever.

For the Airflow launcher, which runs in Airflow's environment: standard library only.
"""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.request
from collections.abc import Callable, Iterable
from http.client import HTTPException
from pathlib import Path
from typing import Any

from glue_sandbox.airflow.process_groups import ProcessGroups, wait_until
from glue_sandbox.airflow.releases.release import Release

RESTARTS, RESTARTS_SECONDS = 3, 600.0  # of each component, in so much time


class StopRequests:
    """How often a stop was asked for: once is in order, twice is at once."""

    def __init__(self) -> None:
        self.count = 0

    def record(self, *_: object) -> None:
        """Take a signal."""
        self.count += 1


def run_components(
    groups: ProcessGroups,
    components: Iterable[str],
    start: Callable[[str], None],
    stops: StopRequests,
    release: Release,
) -> dict[str, int]:
    """Start all and say "ready" once; return what keeps dying, or nothing when a stop is asked for.

    The scheduler comes last, when nothing holds it back and the API that tasks talk to answers: building that
    API's routes takes a while, at its first request, and tasks started meanwhile would sit out their retries.
    """
    ready = False
    deaths: dict[str, list[float]] = {name: [] for name in components}
    for name in deaths:
        if name != "scheduler":
            start(name)

    while not stops.count:
        groups.reap()
        for name, exit_code in list(groups.exit_codes.items()):
            # Ctrl-C reaches everything in a terminal: ours may be recorded a moment after theirs.
            if wait_until(lambda: stops.count > 0, seconds=0.5):
                return {}

            now = time.monotonic()
            deaths[name] = [moment for moment in deaths[name] if now - moment < RESTARTS_SECONDS] + [now]
            if len(deaths[name]) > RESTARTS:
                return {name: exit_code}

            groups.signal_group(name, signal.SIGKILL)  # what its leader has left behind
            say(f"{name} died with exit code {exit_code}; starting it again")
            start(name)

        if "scheduler" not in groups.leaders:
            if is_released() and answer_of(release.tasks_path):
                start("scheduler")
        elif not ready and is_healthy(release):
            ready = True
            say("ready")

        time.sleep(0.2 if ready else 0.1)

    return {}


def is_released() -> bool:
    """Return whether what DAG runs need is there, as far as whoever started us wants to say when."""
    file = os.environ.get("AIRFLOW_LAUNCHER_HOLD")
    return file is None or Path(file).exists()


def is_healthy(release: Release) -> bool:
    """Return whether Airflow's own health answer calls every component healthy."""
    health = answer_of(release.rest.health_path)
    return all((health.get(key) or {}).get("status") == "healthy" for key in release.rest.components)


def answer_of(path: str) -> dict[str, Any]:
    """Return what the API server says, {} while it says nothing."""
    # Not by its address for people, which leads elsewhere in a container.
    url = f"http://127.0.0.1:{os.environ['AIRFLOW__API__PORT']}{path}"
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            content: dict[str, Any] = json.load(answer)
    except (OSError, ValueError, HTTPException):
        # What is no answer at all came from ourselves: where nobody listens yet, at a port of the range that
        # the system gives to clients, a connection can meet itself.
        return {}
    return content


def say(message: str) -> None:
    """One line to whoever started us, at once."""
    print(message, flush=True)
