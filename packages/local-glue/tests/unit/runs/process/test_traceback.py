"""The traceback of a script is the one that Python itself would print: without the frame that started it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from local_glue.runs.files import RunFolder
from local_glue.runs.process.process import script_command

FAILS = "def main():\n    raise ValueError('no such day')\nmain()\n"


@pytest.mark.parametrize("body", [FAILS, "def\n"])
def test_it_has_the_frames_of_the_script_alone(tmp_path: Path, body: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(body)
    command = script_command(RunFolder(tmp_path / "run"), script, [])
    ran, by_itself = (
        subprocess.run(
            [sys.executable, *words], env={"HOME": str(tmp_path)}, capture_output=True, text=True, check=False
        )
        for words in (command, [str(script)])
    )
    assert ran.stderr == by_itself.stderr
    assert "script.py" in ran.stderr
