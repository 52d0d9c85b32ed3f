"""The guard returns only when everything below it is gone, the dead collected included."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[6]
GUARD = ROOT / "packages/local-glue/src/local_glue/runs/process/guard.py"
PR_SET_CHILD_SUBREAPER = 36

# Each takes its own time to go when it is asked to, as a JVM does, and has a session of its own.
SLOW_TO_GO = (
    "import random, signal, sys, time\n"
    "signal.signal(15, lambda *_: (time.sleep(random.uniform(0.03, 0.16)), sys.exit(0)))\n"
    "print('up', flush=True)\n"
    "time.sleep(60)\n"
)
SCRIPT = (
    "import os, subprocess, sys, time\n"
    "children = [\n"
    f"    subprocess.Popen([sys.executable, '-I', '-S', '-c', {SLOW_TO_GO!r}],\n"
    "                     start_new_session=True, stdout=subprocess.PIPE)\n"
    "    for _ in range(3)\n"
    "]\n"
    "[child.stdout.readline() for child in children]\n"
    "print(os.getpid(), *[child.pid for child in children], flush=True)\n"
    "time.sleep(60)\n"
)


@pytest.fixture
def an_init_that_collects_nothing() -> Iterator[None]:
    """Whatever the guard leaves behind, dead or alive, comes to this process and stays."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    yield
    libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def left_behind(_: int) -> list[int]:
    lifeline, held = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-I", "-S", str(GUARD), str(lifeline), sys.executable, "-I", "-S", "-c", SCRIPT],
        pass_fds=(lifeline,),
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as guard:
        os.close(lifeline)
        assert guard.stdout
        pids = [int(pid) for pid in guard.stdout.readline().split()]
        os.close(held)
    assert len(pids) == 4
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no subreaper")
@pytest.mark.usefixtures("an_init_that_collects_nothing")
def test_nothing_is_left_of_what_was_started() -> None:
    with ThreadPoolExecutor(4) as rounds:
        left = [pid for pids in rounds.map(left_behind, range(32)) for pid in pids]
    for pid in left:
        os.waitpid(pid, 0)
    assert left == []
