"""Ctrl-C during `up` leaves no process and no half state."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest
from e2e.harness import DOWN_SECONDS, END_SECONDS, Sandbox

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]


def test_an_interrupted_up_takes_back_what_it_started(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path / "state")
    table = sandbox.state / "services.json"
    up = subprocess.Popen(
        [*sandbox.entrance, "up"], env=sandbox.environment, text=True, stdout=subprocess.PIPE
    )
    try:
        sandbox.wait_for(
            "the front door's start", lambda: (table.exists() and "glue" in table.read_text()) or None
        )
        up.send_signal(signal.SIGINT)
        said, _ = up.communicate(timeout=END_SECONDS)
        assert up.returncode != 0
        assert "stopping what was started" in said
        assert sandbox.leftovers() == []
        states = {name: seen["state"] for name, seen in sandbox.facts["services"].items()}
        assert states == dict.fromkeys(states, "stopped")
    finally:
        up.kill()
        up.wait()
        sandbox.command("down", seconds=DOWN_SECONDS)
