"""Finds processes of one sandbox by what they are, and kills them as a crash does: at once, by their id."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psutil

from glue_sandbox.processes.process_table import ProcessTable, kill, leftovers
from glue_sandbox.settings import Settings

Found = TypeVar("Found")
COMPONENTS = ("scheduler", "dag-processor", "triggerer", "api-server")
SECONDS = 10.0  # how long a process may take to be there


def kill_target(settings: Settings, target: str) -> str:
    """SIGKILL; returns what was killed, empty if there was no such process."""
    find = FINDERS.get(target, _named(target))
    deadline = time.monotonic() + SECONDS
    while not (found := find(settings)) and time.monotonic() < deadline:
        time.sleep(0.05)
    told = ", ".join(f"{process.pid} {_name(process)}" for process in found[:3])
    kill(found)
    return told


def _service(settings: Settings, name: str) -> list[psutil.Process]:
    process = ProcessTable(settings.state / "services.json").running(name)
    return [process] if process else []


def _named(name: str) -> Callable[[Settings], list[psutil.Process]]:
    return lambda settings: _service(settings, name)


def _component(name: str) -> Callable[[Settings], list[psutil.Process]]:
    """A child of Airflow's launcher, by the log it writes to."""

    def find(settings: Settings) -> list[psutil.Process]:
        launchers = _service(settings, "airflow")
        children = [child for launcher in launchers for child in _children(launcher)]
        return [child for child in children if _output(child) == f"airflow-{name}.log"]

    return find


def _workers(settings: Settings) -> list[psutil.Process]:
    """The executor's process that has a task below it."""
    of_scheduler = [child for each in _component("scheduler")(settings) for child in _children(each)]
    return [worker for worker in of_scheduler if _children(worker)][:1]


def _tasks(settings: Settings) -> list[psutil.Process]:
    return [task for worker in _workers(settings) for task in _children(worker)]


def _job(settings: Settings) -> list[psutil.Process]:
    """Python that runs a job's script: below the guard, above nothing."""
    runs = settings.state / "glue" / "runs"
    found = []
    for process in leftovers(settings.state, "glue"):
        command = _command(process)
        is_script = any(word.startswith(f"{runs}/") and "/script/" in word for word in command)
        if is_script and Path(command[0]).name.startswith("python") and "-I" not in command:
            found.append(process)
    return found


def _spark(settings: Settings) -> list[psutil.Process]:
    """The JVM that the job's script talks to, and not one that waits for the next job."""
    ports = {int(port) for job in _job(settings) if (port := _environ(job).get("PYSPARK_GATEWAY_PORT"))}
    found = []
    for process in leftovers(settings.state, "glue"):
        if Path((_command(process) or [""])[0]).name == "java" and ports & _listening(process):
            found.append(process)
    return found


FINDERS = {
    "job": _job,
    "spark": _spark,
    "worker": _workers,
    "task": _tasks,
    "everything": lambda settings: leftovers(settings.state),
    **{name: _component(name) for name in COMPONENTS},
}


def _children(process: psutil.Process) -> list[psutil.Process]:
    return _of(process.children, [])


def _command(process: psutil.Process) -> list[str]:
    return _of(process.cmdline, [])


def _environ(process: psutil.Process) -> dict[str, str]:
    return _of(process.environ, {})


def _name(process: psutil.Process) -> str:
    return _of(process.name, "")


def _listening(process: psutil.Process) -> set[int]:
    def ports() -> set[int]:
        connections = process.net_connections("tcp")
        return {each.laddr.port for each in connections if each.status == psutil.CONN_LISTEN}

    return _of(ports, set())


def _output(process: psutil.Process) -> str:
    try:
        return Path(f"/proc/{process.pid}/fd/1").readlink().name
    except OSError:
        return ""  # it has just ended


def _of(ask: Callable[[], Found], otherwise: Found) -> Found:
    """What a process says of itself, or what stands for nothing if it has just ended."""
    try:
        return ask()
    except psutil.Error:
        return otherwise
