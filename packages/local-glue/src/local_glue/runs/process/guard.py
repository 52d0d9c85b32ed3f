"""Runs one command and ends its whole process tree with it. Started by path, needs only Python.

    python -I -S guard.py LIFELINE COMMAND ...

LIFELINE is the reading end of a pipe that the local Glue service holds open. When it closes, because
the run is stopped or because the service died in whatever way, everything the command started is
ended. The exit code is the command's, or 128 + the signal that ended it.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_GRACE_SECONDS = 2.0
_KILL_SECONDS = 10.0


def main() -> int:
    """Start the command, wait for its end or for that of the lifeline."""
    lifeline, command = int(sys.argv[1]), sys.argv[2:]
    _adopt_orphans()
    woken, wake = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)

    child = subprocess.Popen(
        command,
        start_new_session=True,
        preexec_fn=_default_signals,
    )
    for stream in (1, 2):
        os.close(stream)  # only the command and its children keep the log pipes open

    code: int | None = None
    is_wanted = True
    while code is None and is_wanted:
        ready, _, _ = select.select([woken, lifeline], [], [])
        if woken in ready:
            os.read(woken, 1024)
        is_wanted = lifeline not in ready
        code, _ = _reap(child.pid)

    if code is None:
        code = _end_tree(child.pid, signal.SIGTERM, _GRACE_SECONDS, code)

    code = _end_tree(child.pid, signal.SIGKILL, _KILL_SECONDS, code)
    return 137 if code is None else code


def _default_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":  # a command whose guard is killed goes, too
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _adopt_orphans() -> None:
    """On Linux, grandchildren whose parent ends become ours, so none gets away."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _reap(child: int) -> "tuple[int | None, bool]":
    """Collect all ended processes; return the command's exit code, if among them, and whether any is left."""
    code = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return code, False
        if pid == 0:
            return code, True
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            code = 128 - code if code < 0 else code


def _end_tree(child: int, number: int, seconds: float, code: "int | None") -> "int | None":
    """Signal everything that descends from us, and wait a while until none of it is left to collect.

    Orphans become our children, so "no child left" is "no descendant left"; a look at the process table
    alone could miss one whose parent ends during the look, and would leave the dead for others to collect.
    """
    deadline = time.monotonic() + seconds
    told: set[int] = set()
    while True:
        reaped, is_any_left = _reap(child)
        code = reaped if reaped is not None else code
        if not is_any_left or time.monotonic() > deadline:
            return code
        for pid in set(_descendants() if sys.platform == "linux" else [child]) - told:
            _signal(pid, number)
            told.add(pid)
        time.sleep(0.01 if number == signal.SIGKILL else 0.05)


def _signal(pid: int, number: int) -> None:
    try:
        if sys.platform == "linux":
            os.kill(pid, number)
        else:
            os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _descendants() -> "list[int]":
    """List all processes below this one that still run (Linux; elsewhere the command's group has to do)."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))

    found: list[int] = []
    queue = [os.getpid()]
    while queue:
        below = children.get(queue.pop(), [])
        found += below
        queue += below

    return found


if __name__ == "__main__":
    sys.exit(main())
