"""The script that quick starts type with plain sh: without a command it starts the sandbox."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from deliveries import ROOT

SHELLS = ("sh", "bash")


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("words", "command"),
    [
        ([], ["up"]),
        (["down"], ["down"]),
        (["run", "a job", "--args", "--x 'y z'"], ["run", "a job", "--args", "--x 'y z'"]),
    ],
)
def test_it_hands_over_every_word_and_up_where_there_is_none(
    shell: str, words: list[str], command: list[str], tmp_path: Path
) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    python.chmod(0o755)
    done = subprocess.run(
        [shell, str(ROOT / "local-docker-development.sh"), *words],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHON": str(python)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [f"{ROOT}/scripts/bootstrap.py", *command]
