"""Processes: only ours are ever stopped, and all of ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from glue_sandbox.environment.child_process import MARKER, SERVICE_MARKER
from glue_sandbox.processes.process_table import ProcessTable, kill, leftovers, stop_tree

SLEEP = "import time; time.sleep(600)"
STUBBORN = (
    f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); {SLEEP}"
)
PARENT = (
    f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); "
    f"print('ready', flush=True); {SLEEP}"
)


@pytest.fixture
def spawn() -> Iterator[Callable[..., psutil.Process]]:
    """Start a Python script; what is left of it is killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def run(script: str, **env: str) -> psutil.Process:
        child = subprocess.Popen(
            [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env={**os.environ, **env}
        )
        started.append(child)
        if "ready" in script:
            assert child.stdout is not None
            child.stdout.readline()
        return psutil.Process(child.pid)

    yield run
    for child in started:
        child.kill()
        child.wait()


def test_a_started_process_is_found_again(tmp_path: Path, spawn: Callable[..., psutil.Process]) -> None:
    table = ProcessTable(tmp_path / "services.json")
    process = spawn(SLEEP)
    table.put("glue", process.pid)
    assert table.running("glue") == process
    table.drop("glue")
    assert table.running("glue") is None


def test_a_reused_pid_is_not_taken_for_ours(tmp_path: Path, spawn: Callable[..., psutil.Process]) -> None:
    table = ProcessTable(tmp_path / "services.json")
    process = spawn(SLEEP)
    table.put("glue", process.pid)
    content = json.loads(table.path.read_text())
    content["glue"]["created"] -= 60
    table.path.write_text(json.dumps(content))
    assert table.running("glue") is None


def test_a_process_that_ended_does_not_run(tmp_path: Path, spawn: Callable[..., psutil.Process]) -> None:
    table = ProcessTable(tmp_path / "services.json")
    process = spawn("")
    table.put("glue", process.pid)
    process.wait(timeout=60)
    assert table.running("glue") is None


def test_stopping_takes_the_children_along(spawn: Callable[..., psutil.Process]) -> None:
    parent = spawn(PARENT)
    (child,) = parent.children()
    stop_tree(parent, patience_seconds=60)
    assert not parent.is_running()
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_a_process_that_ignores_sigterm_is_killed(spawn: Callable[..., psutil.Process]) -> None:
    process = spawn(STUBBORN)
    assert stop_tree(process, patience_seconds=0.3) is False
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_job_run_is_found_by_its_home(tmp_path: Path, spawn: Callable[..., psutil.Process]) -> None:
    run = spawn(f"print('ready', flush=True); {SLEEP}", HOME=f"{tmp_path}/glue/runs/jr_1/home")
    assert leftovers(tmp_path, "glue") == [run]
    assert leftovers(tmp_path, "airflow") == []


def test_leftovers_are_those_with_this_sandbox_s_mark(
    tmp_path: Path, spawn: Callable[..., psutil.Process]
) -> None:
    waiting = f"print('ready', flush=True); {SLEEP}"
    ours = spawn(waiting, **{MARKER: str(tmp_path / "mine"), SERVICE_MARKER: "glue"})
    other = spawn(waiting, **{MARKER: str(tmp_path / "other"), SERVICE_MARKER: "glue"})
    assert leftovers(tmp_path / "mine", "airflow") == []
    assert leftovers(tmp_path / "mine") == [ours]
    assert kill(leftovers(tmp_path / "mine")) == 1
    assert other.is_running()
