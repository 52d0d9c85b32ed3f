"""Starts and stops the services: detached, logged, waited for, and never left half done."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from typing import NoReturn

import psutil

from glue_sandbox.environment.child_process import MARKER, SERVICE_MARKER
from glue_sandbox.errors import SandboxError
from glue_sandbox.hints import this_command
from glue_sandbox.machine.ports import NeededPort, must_be_free
from glue_sandbox.machine.private_files import UMASK, made_private
from glue_sandbox.processes.process_table import ProcessTable, kill, leftovers, stop_tree
from glue_sandbox.processes.services import SERVICES, Service
from glue_sandbox.settings import Settings
from glue_sandbox.setup.needs import START_LOCK
from glue_sandbox.startup.steps import as_ctrl_c
from glue_sandbox.terminal.console import last_lines, out, working
from local_glue.setup.turn import Owner, turn

WhileTaken = Callable[[Owner], AbstractContextManager[None]]
POLL_SECONDS = 0.1
PATIENT_SECONDS = 10.0  # for one answer, where giving up would end a service that only is slow


class State(StrEnum):
    """What a service is seen to be."""

    HEALTHY = "healthy"
    STARTING = "starting"  # the process runs and has not answered yet
    UNHEALTHY = "unhealthy"  # it has answered, and does not any more
    STOPPED = "stopped"
    CRASHED = "crashed"  # it was started, and ended without `down`


@contextmanager
def wait_for(owner: Owner) -> Iterator[None]:
    """Say that another command is at work, as long as it is."""
    out.print(f"waiting for {owner}, which is at work on this sandbox")
    with working(f"Waiting for {owner}"):
        yield


def refuse(owner: Owner) -> NoReturn:
    """Wait for no other command.

    Raises:
        SandboxError: always; names the command.
    """
    raise SandboxError(
        "to be the only one to start or stop this sandbox",
        f"{owner} at work",
        "wait until it is done: make status",
    )


class Supervisor:
    """The processes of one sandbox."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.table = ProcessTable(settings.state / "services.json")
        self._launched: dict[str, psutil.Process] = {}  # not waited for yet

    def state(self, service: Service) -> State:
        """Look at process and health address."""
        record = self.table.read().get(service.name)
        if record is None:
            return State.STOPPED
        if record.process() is None:
            return State.CRASHED
        if service.health():
            return State.HEALTHY
        return State.UNHEALTHY if record.has_answered else State.STARTING

    def running(self) -> list[str]:
        """Names of the services whose process runs, whether it answers or not."""
        return [name for name in SERVICES if self.table.running(name)]

    def ensure(self, service: Service) -> bool:
        """Make a service run and answer; False when it did already, before anyone launched it here.

        Raises:
            SandboxError: it ended, or does not answer in time; with the end of its log.
        """
        if service.name not in self._launched:
            process = self.table.running(service.name)
            if process and self.wait(service, process):
                self.table.mark_answered(service.name)
                return False
            if process:  # it hangs: a fresh one is worth more than an explanation
                self.stop(service.name, service.stop_seconds)
            self.launch(service)

        process = self._launched.pop(service.name)
        if self.wait(service, process):
            self.table.mark_answered(service.name)
            return True

        found = "no answer" if process.is_running() and process.status() != "zombie" else "that it ended"
        address = service.url + service.health_path
        raise SandboxError(
            f"{service.title} to answer at {address} in {service.start_seconds:.0f} s",
            f"{found}; the log's end is above ({service.log})",
            f"make logs S={service.name}",
            details=last_lines(service.log.read_text(encoding="utf-8", errors="replace")),
        )

    def clear(self, service: Service) -> None:
        """End what a crash left of a service; then its port must be free.

        Raises:
            SandboxError: somebody else listens on the port; names the process.
        """
        self.end_leftovers(service.name)
        must_be_free([NeededPort(service.port, service.port_variable, service.title)], this_command())

    def end_leftovers(self, name: str) -> None:
        """End what a crash left of a service."""
        kill(leftovers(self.settings.state, name))

    def stop(self, name: str, patience_seconds: float) -> bool:
        """Stop one service and its children; False when it did not run."""
        process = self.table.running(name)
        self._launched.pop(name, None)
        if process:
            stop_tree(process, patience_seconds)
        kill(leftovers(self.settings.state, name))
        self.table.drop(name)
        return process is not None

    def stop_all(self) -> list[str]:
        """Stop everything in reverse order, then whatever still carries our mark; returns what ran."""
        names = [*reversed(SERVICES), *(n for n in self.table.read() if n not in SERVICES)]
        stopped = [name for name in names if self.stop(name, patience_seconds=30)]
        self.sweep()
        self.settings.started_with.unlink(missing_ok=True)
        return stopped

    def sweep(self) -> int:
        """End processes of this sandbox that lost their parent; returns how many."""
        return kill(leftovers(self.settings.state))

    @contextmanager
    def exclusively(self, while_taken: WhileTaken) -> Iterator[None]:
        """Keep a second `up` or `down` out; whatever cuts it short counts as Ctrl-C.

        `while_taken` says what becomes of this one while another is at work: `wait_for`, or `refuse`.

        Raises:
            SandboxError: another is at work, and this one does not wait.
        """
        self.settings.make_state()
        with turn(self.settings.state / START_LOCK, this_command(), while_taken), as_ctrl_c():
            yield

    def launch(self, service: Service) -> None:
        """Start a service that does not run, without waiting for its answer: `ensure` does."""
        self.clear(service)
        with made_private():
            service.log.parent.mkdir(parents=True, exist_ok=True)
            log_file = service.log.open("ab")

        with log_file as log:
            # A session of its own: Ctrl-C in the terminal that started it does not reach it.
            child = subprocess.Popen(
                service.command,
                env={**service.env, MARKER: str(self.settings.state), SERVICE_MARKER: service.name},
                cwd=self.settings.state,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=UMASK,
            )

        self.table.put(service.name, child.pid)
        self._launched[service.name] = psutil.Process(child.pid)

    def wait(self, service: Service, process: psutil.Process) -> bool:
        """Wait until a process answers: as long as a start may take, for a busy machine slows all of it."""
        deadline = time.monotonic() + service.start_seconds
        while time.monotonic() < deadline:
            if service.health(PATIENT_SECONDS):
                return True
            try:
                # `wait` returns as soon as it ends and serves as the pause between two looks.
                process.wait(timeout=POLL_SECONDS)
            except psutil.TimeoutExpired:
                continue
            return False
        return False
