"""Ctrl-C ends a command without a traceback at any time, also while Python still loads what it needs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT

# In the place of a package that every command loads: tells that it is being loaded, and takes its time.
SLOW_PACKAGE = "import sys, time\nprint('loading', file=sys.stderr, flush=True)\ntime.sleep(60)\n"
SOURCES = ("packages/glue-sandbox/src", "packages/local-glue/src")


def start(words: list[str], folder: Path, *, held_back: bool = False) -> subprocess.Popen[str]:
    """Start a program of Python, from a process that holds Ctrl-C back or does not."""
    path = os.pathsep.join([str(folder), *(str(ROOT / source) for source in SOURCES)])
    return subprocess.Popen(
        [sys.executable, *words],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path},
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hold_back if held_back else None,
    )


def hold_back() -> None:
    """Do what scripts/bootstrap.py does before it becomes the command line."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


@pytest.mark.parametrize("held_back", [False, True])
def test_while_the_command_line_is_loaded(tmp_path: Path, held_back: bool) -> None:
    (tmp_path / "typer.py").write_text(SLOW_PACKAGE)
    process = start(["-m", "glue_sandbox", "status"], tmp_path, held_back=held_back)
    assert process.stderr is not None
    assert process.stderr.readline() == "loading\n"
    process.send_signal(signal.SIGINT)
    assert (process.wait(30), process.stderr.read()) == (-signal.SIGINT, "")


def test_while_the_entrance_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "shutil.py").write_text(SLOW_PACKAGE)
    process = start(["scripts/bootstrap.py", "up"], tmp_path)
    assert process.stderr is not None
    assert process.stderr.readline() == "loading\n"
    process.send_signal(signal.SIGINT)
    assert (process.wait(30), process.stderr.read()) == (-signal.SIGINT, "")
