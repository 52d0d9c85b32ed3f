"""A script gets its arguments by a file that its user alone can read, and that is gone when it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local_glue.runs.files import RunFolder
from local_glue.runs.process.process import script_command

SECRET = "a-secret-argument"
SHOW = """
import json, os, sys
print(json.dumps([sys.argv[1:], os.path.exists(os.environ["ARGUMENTS"]), SECRET_IS_SEEN]))
"""


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """What Python is to run, of a script that shows what it finds; made where files are open to all."""
    script = tmp_path / "script.py"
    seen = f"{SECRET!r}.encode() in open('/proc/self/cmdline', 'rb').read()"
    script.write_text(SHOW.replace("SECRET_IS_SEEN", seen if sys.platform == "linux" else "False"))
    before = os.umask(0)
    try:
        return script_command(RunFolder(tmp_path / "run"), script, ["--db_password", SECRET])
    finally:
        os.umask(before)


def arguments_of(command: list[str]) -> Path:
    (found,) = (Path(word) for word in command if Path(word).name == "arguments")
    return found


def test_nobody_else_reads_the_file(command: list[str]) -> None:
    assert arguments_of(command).stat().st_mode & 0o777 == 0o600
    assert SECRET not in " ".join(command)


def test_the_script_has_the_arguments_and_the_file_is_gone(command: list[str], tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "ARGUMENTS": str(arguments_of(command))}
    done = subprocess.run([sys.executable, *command], env=environ, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [["--db_password", SECRET], False, False]
