"""Ctrl-C during `up` leaves no process, no container and no half state."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest
from e2e.containers import new_sandbox
from e2e.harness import END_SECONDS, UP_SECONDS

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]


@pytest.mark.parametrize(
    ("target", "begun"),
    [
        ("embedded", "glue"),
        pytest.param("containers", "glue", marks=pytest.mark.containers),
        pytest.param("containers", "airflow", marks=pytest.mark.containers),
    ],
)
def test_an_interrupted_up_takes_back_what_it_started(target: str, begun: str, tmp_path: Path) -> None:
    sandbox = new_sandbox(target, tmp_path / "state", {"GLUE_WARM_DRIVERS": "0"})
    up = subprocess.Popen(
        [*sandbox.entrance, "up"], env=sandbox.environment, text=True, stdout=subprocess.PIPE
    )
    try:
        sandbox.wait_for(f"the start of {begun}", lambda: sandbox.has_begun(begun) or None, UP_SECONDS)
        up.send_signal(signal.SIGINT)
        said, _ = up.communicate(timeout=END_SECONDS)
        assert up.returncode != 0
        assert "stopping what was started" in said
        assert sandbox.leftovers() == []
        states = {name: seen["state"] for name, seen in sandbox.status["services"].items()}
        assert states == dict.fromkeys(states, "stopped")
    finally:
        up.kill()
        up.wait()
        sandbox.stop()
