"""Forked processes, each the leader of its own group, so that all that came of it can be found and ended.

For the Airflow launcher, which runs in Airflow's environment: standard library and psutil only.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import psutil

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h


class ProcessGroups:
    """Named groups. A group can outlive its leader: whatever the leader forked belongs to it too."""

    def __init__(self) -> None:
        self.leaders: dict[str, int] = {}
        self.exit_codes: dict[str, int] = {}
        _prctl(PR_SET_CHILD_SUBREAPER, 1)  # what outlives its parent becomes our child, so we can end it

    def fork(self, name: str, work: Callable[[], object], log: Path | None) -> None:
        """Do the work in a forked child, its output added to a log or to ours; SIGTERM it should we die."""
        parent = os.getpid()
        pid = os.fork()
        if not pid:
            _run_in_child(work, log, parent)
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)  # both sides set it, so neither has to wait for the other
        self.leaders[name] = pid
        self.exit_codes.pop(name, None)

    def reap(self) -> None:
        """Collect every child that ended, adopted ones too."""
        names = {pid: name for name, pid in self.leaders.items()}
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            if pid in names:
                self.exit_codes[names[pid]] = os.waitstatus_to_exitcode(status)

    def alive(self, *names: str) -> list[str]:
        """Those of the named groups (of all, without a name) in which any process is left."""
        self.reap()
        return [name for name in names or self.leaders if name in self.leaders and self._exists(name)]

    def _exists(self, name: str) -> bool:
        try:
            os.killpg(self.leaders[name], 0)
        except ProcessLookupError:
            return False
        return True

    def signal_leader(self, name: str, number: signal.Signals) -> None:
        """Signal a group's first process, which may want to end the others itself."""
        self.reap()
        if name in self.leaders and name not in self.exit_codes:
            os.kill(self.leaders[name], number)

    def signal_group(self, name: str, number: signal.Signals) -> None:
        """Signal every process of a group, if any is left."""
        if self.alive(name):
            os.killpg(self.leaders[name], number)

    def grandchildren(self, name: str) -> list[psutil.Process]:
        """What the children of a group's leader started."""
        if name not in self.leaders or name in self.exit_codes:
            return []
        try:
            children = psutil.Process(self.leaders[name]).children()
            return [process for child in children for process in child.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def kill_all(self) -> list[str]:
        """Kill what is left, adopted orphans included; returns the names of groups that were alive."""
        left = self.alive()
        for name in left:
            self.signal_group(name, signal.SIGKILL)
        for orphan in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                orphan.kill()
        wait_until(lambda: not self.alive() and not psutil.Process().children(), seconds=5)
        return left


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll a condition until it holds or the time is up; says whether it holds."""
    deadline = time.monotonic() + seconds
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds


def _run_in_child(work: Callable[[], object], log: Path | None, parent: int) -> NoReturn:
    exit_code: object = 1
    try:
        os.setpgid(0, 0)
        _prctl(PR_SET_CHILD_SUBREAPER, 0)
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)

        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        if log:
            output = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o644)
            os.dup2(output, 1)
            os.dup2(output, 2)

        work()
        exit_code = 0
    except SystemExit as ended:
        exit_code = ended.code or 0
    except BaseException:  # noqa: BLE001 - a forked child never returns into its parent's code
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(exit_code if isinstance(exit_code, int) else 1)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
