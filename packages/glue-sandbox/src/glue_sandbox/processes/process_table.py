"""Which of our processes run: pids in a file, with start times, so a reused pid is never taken for ours."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import psutil

from glue_sandbox.environment.child_process import MARKER, SERVICE_MARKER
from glue_sandbox.machine.private_files import made_private

# Two readings of one process's start time may differ by a clock correction, never by this much.
CLOCK_TOLERANCE_SECONDS = 2.0
KILL_WAIT_SECONDS = 5.0


@dataclass(frozen=True)
class Record:
    """A process we started."""

    pid: int
    created: float
    has_answered: bool = False

    def process(self) -> psutil.Process | None:
        """The running process, or None when it ended (even if its pid belongs to another one now)."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < CLOCK_TOLERANCE_SECONDS
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.Error:
            return None


class ProcessTable:
    """The file `<state>/services.json`: service name → record."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, Record]:
        """Every recorded service, running or not."""
        if not self.path.is_file():
            return {}
        content: dict[str, dict[str, Any]] = json.loads(self.path.read_text(encoding="utf-8"))
        return {name: Record(**record) for name, record in content.items()}

    def running(self, name: str) -> psutil.Process | None:
        """The process of a service, if it runs."""
        record = self.read().get(name)
        return record.process() if record else None

    def put(self, name: str, pid: int) -> None:
        """Remember a process that was just started."""
        self._write(self.read() | {name: Record(pid, psutil.Process(pid).create_time())})

    def mark_answered(self, name: str) -> None:
        """Remember that a service was seen to answer: from then on it is not starting any more."""
        records = self.read()
        if name in records:
            self._write(records | {name: replace(records[name], has_answered=True)})

    def drop(self, name: str) -> None:
        """Forget a process that was stopped."""
        self._write({known: record for known, record in self.read().items() if known != name})

    def _write(self, records: dict[str, Record]) -> None:
        draft = self.path.with_suffix(".new")
        text = json.dumps({name: asdict(record) for name, record in records.items()}, indent=2)
        with made_private():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(text, encoding="utf-8")
        draft.replace(self.path)


def stop_tree(process: psutil.Process, patience_seconds: float) -> bool:
    """Ask a process to end, then kill what is left of it and its children; True if nothing was."""
    family = [process, *_children(process)]
    _each(family[:1], psutil.Process.terminate)
    psutil.wait_procs(family[:1], timeout=patience_seconds)
    # Children may have come while it was ending; those that ended in order are gone from the list.
    left = [member for member in {*family, *_children(process)} if member.is_running()]
    return kill(left) == 0


def kill(processes: Iterable[psutil.Process]) -> int:
    """SIGKILL and wait; returns how many there were to kill."""
    alive = [p for p in processes if p.is_running() and _status(p) not in {None, psutil.STATUS_ZOMBIE}]
    _each(alive, psutil.Process.kill)
    psutil.wait_procs(alive, timeout=KILL_WAIT_SECONDS)
    return len(alive)


def leftovers(state: Path, service: str | None = None) -> list[psutil.Process]:
    """Every process of this sandbox, or of one of its services, whoever its parent is now.

    Services carry a mark; job runs do not get the service's variables, but a home below its state.
    """
    homes = f"{state}/{service}/" if service else f"{state}/"
    found = []
    for process in psutil.process_iter():
        try:
            env = process.environ()
            marked = env.get(MARKER) == str(state) and service in (None, env.get(SERVICE_MARKER))
            if marked or env.get("HOME", "").startswith(homes):
                found.append(process)
        except psutil.Error:
            continue  # another user's, or gone meanwhile: not ours in both cases
    return found


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def _status(process: psutil.Process) -> str | None:
    try:
        return process.status()
    except psutil.Error:
        return None


def _each(processes: list[psutil.Process], action: object) -> None:
    for process in processes:
        try:
            action(process)  # type: ignore[operator]
        except psutil.Error:
            continue  # it ended by itself in between, which was the aim
