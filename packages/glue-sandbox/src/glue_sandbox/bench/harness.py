"""What every benchmark needs: a sandbox of its own, seconds of its steps, and the memory that it takes."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from glue_sandbox.bench.usage import memory_of_all
from glue_sandbox.machine.mode import EMBEDDED
from glue_sandbox.machine.ports import free_ports
from glue_sandbox.processes.supervisor import Supervisor
from glue_sandbox.settings import Settings
from glue_sandbox.start import start
from glue_sandbox.startup.steps import nothing_cuts_short
from glue_sandbox.terminal.console import step

MEMORY_SECONDS = 3.0  # looking at memory costs time, too


@contextmanager
def own_sandbox(settings: Settings) -> Iterator[Settings]:
    """A second sandbox beside the user's, gone afterwards."""
    state = settings.home / "bench"
    ports = free_ports(3)
    mine = settings.model_copy(
        update={
            "mode": EMBEDDED,
            "state": state,
            "sandbox_port": ports[0],
            "emulator_port": ports[1],
            "airflow_port": ports[2],
            "schedule": "none",
            "glue_warm_drivers": 1,
        }
    )
    shutil.rmtree(state, ignore_errors=True)

    try:
        yield mine
    finally:
        with nothing_cuts_short(), step("stop and remove the benchmark's sandbox"):
            Supervisor(mine).stop_all()
            shutil.rmtree(state, ignore_errors=True)


@contextmanager
def peak_memory(state: Path) -> Iterator[list[int]]:
    """Watch the memory of a sandbox's processes; the list's one number is the highest sum, in bytes."""
    peak, ended = [0], threading.Event()

    def watch() -> None:
        while not ended.wait(MEMORY_SECONDS):
            peak[0] = max(peak[0], memory_of_all(state))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()


def restart(settings: Settings) -> float:
    """Stop everything; return the seconds until all is healthy again."""
    Supervisor(settings).stop_all()
    return seconds_of(lambda: start(settings))


def seconds_of(work: Callable[[], object]) -> float:
    """How long it took."""
    started = time.monotonic()
    work()
    return time.monotonic() - started


def numbers(seconds: list[float]) -> tuple[str, str]:
    """The median, and all of them."""
    return f"{median(seconds):.1f} s", " ".join(f"{each:.1f}" for each in seconds)
