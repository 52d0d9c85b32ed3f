"""Each example's own tests, in its own folder, as somebody runs them: the plugin starts their sandbox."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT

from glue_sandbox.machine.ports import free_ports
from glue_sandbox.settings import load_settings

PORTS = ("SANDBOX_PORT", "EMULATOR_PORT", "AIRFLOW_PORT", "HISTORY_PORT")
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/sandbox.toml"))
SECONDS = 570  # a little less than pytest gives a test, so that what the example has printed is shown


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_s_own_tests_pass(example: Path, tmp_path: Path) -> None:
    sources = [str(ROOT / "packages" / name / "src") for name in ("local-glue", "glue-sandbox")]
    own = {"SANDBOX_HOME": str(load_settings().home), "SANDBOX_STATE": str(tmp_path), "MODE": "embedded"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "glue_sandbox.testing.pytest_plugin", "-q", "-ra"],
        cwd=example,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(sources),
            "PYTHONDONTWRITEBYTECODE": "1",
            "GLUE_WARM_DRIVERS": "0",
            **own,
            **dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True)),
        },
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
