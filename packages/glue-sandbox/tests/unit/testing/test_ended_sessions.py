"""Whoever ends pytest ends the sandbox that it has started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

# In place of the services, one line each is said; that a sandbox runs is told by the true table.
# Signals do what they do in a terminal, whatever whoever runs these tests ignores.
CONFTEST = """
import os
import signal
from glue_sandbox.processes.process_table import ProcessTable
from glue_sandbox.processes.supervisor import Supervisor
from glue_sandbox.testing import sandbox

def start(settings):
    ProcessTable(settings.state / "services.json").put("glue", os.getpid())
    print("started", flush=True)

signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
sandbox.set_up_for = lambda *_: None
sandbox.start = start
Supervisor.stop_all = lambda _: print("stopped", flush=True)
"""
TEST = """
import signal

def test_that_does_not_end(sandbox):
    print("at work", flush=True)
    while True:
        signal.pause()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_its_sandbox_is_stopped_however_pytest_is_ended(number: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "sandbox.toml").write_text('name = "small"\n')
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text(TEST)
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-sq", "-p", "glue_sandbox.testing.pytest_plugin"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    begun = [process.stdout.readline().strip() for _ in range(2)]
    assert begun == ["started", "at work"]
    process.send_signal(number)
    said = process.communicate(timeout=60)[0]
    assert "stopped\n" in said
    assert process.returncode == pytest.ExitCode.INTERRUPTED
