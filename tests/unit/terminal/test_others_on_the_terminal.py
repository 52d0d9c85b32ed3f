"""A sign of life on a real terminal: what another program writes there is left as it is."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from deliveries import ROOT
from pseudo_terminal import watch

COMMAND = """
import subprocess, sys
from glue_sandbox.terminal.sign_of_life import SignOfLife
SignOfLife("test", seconds=0.01, silence=0.02).begin()
subprocess.run(["sh", "-c", "printf one; sleep 0.3; echo word"])
print("done")
"""


def test_the_line_of_a_child_stays_whole(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "packages/glue-sandbox/src"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = watch([sys.executable, "-c", COMMAND], 40, environment, tmp_path, 60)
    assert (done.screen, done.code) == ("oneword\ndone", 0)
