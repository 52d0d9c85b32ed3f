"""CPU seconds and memory of a sandbox's processes, from the operating system's own accounts."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import psutil

from glue_sandbox.errors import SandboxError
from glue_sandbox.processes.process_table import ProcessTable, leftovers
from glue_sandbox.processes.services import GLUE
from glue_sandbox.settings import Settings

GB = 1024**3


def cpu_of_runs(settings: Settings) -> float:
    """Return the CPU seconds of all job runs that have ended, with everything that they started.

    The service waits for each run's guard, and the guard for all of the run's processes; so the system adds
    their times to those of the service's ended children.

    Raises:
        SandboxError: the local Glue service does not run.
    """
    service = ProcessTable(settings.state / "services.json").running(GLUE)
    if service is None:
        raise SandboxError("the local Glue service to run", "none", f"less {settings.logs / 'glue.log'}")
    return ended_children(service)


def ended_children(process: psutil.Process) -> float:
    """Return the CPU seconds of a process's children that have ended, and of theirs."""
    times = process.cpu_times()
    return float(times.children_user + times.children_system)


def cpu_of_all(state: Path) -> float:
    """Return the CPU seconds that a sandbox's processes have used so far, with their ended children."""
    return sum(map(_cpu, leftovers(state)))


def memory_of_all(state: Path) -> int:
    """Return the bytes that a sandbox's processes hold; of shared memory, each its part."""
    return sum(map(memory, leftovers(state)))


def memory(process: psutil.Process) -> int:
    """Return the proportional share where the system tells it: forked processes share most of theirs."""
    with suppress(psutil.Error):
        full = process.memory_full_info()
        return int(getattr(full, "pss", 0) or full.rss)
    return 0


def _cpu(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        return float(sum(process.cpu_times()[:4]))
    return 0.0
