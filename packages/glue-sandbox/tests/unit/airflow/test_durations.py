"""On SQLite Airflow writes the true duration of a task, in its own environment and by its own statement."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from checkout import ROOT

from glue_sandbox.settings import load_settings

SCRIPT = ROOT / "packages/glue-sandbox/tests/airflow_support/measured_durations.py"
PYTHON = load_settings().python("airflow")
TASKS = [
    ("2026-11-29T10:00:10.250000+00:00", 26.0),
    ("2026-11-29T10:00:50.000000+00:00", 15.5),
    ("2026-11-29T23:59:59.900000+00:00", 0.2),
    ("2026-11-29T10:00:00.000000+00:00", 3_725.125),
]
"""Start and seconds: in a minute, over the end of a minute, over midnight, over an hour."""


def durations(which: str, home: Path) -> list[float]:
    if not PYTHON.exists():
        pytest.skip(f"Airflow's durations: {PYTHON} is missing; next: make setup")
    done = subprocess.run(
        [
            PYTHON,
            SCRIPT,
            which,
            json.dumps(TASKS),
        ],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "packages/glue-sandbox/src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "AIRFLOW_HOME": str(home),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_duration_is_the_time_from_start_to_end(tmp_path: Path) -> None:
    assert durations("corrected", tmp_path) == pytest.approx([seconds for _, seconds in TASKS], abs=0.001)


def test_airflows_own_is_wrong_so_the_correction_is_needed(tmp_path: Path) -> None:
    """When this fails, Airflow has mended it, and the correction can go."""
    assert durations("own", tmp_path)[:2] == pytest.approx([52.0, -29.5])
