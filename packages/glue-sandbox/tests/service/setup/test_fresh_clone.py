"""Every command, typed where nothing is set up and nothing can be downloaded: it says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT

from glue_sandbox.cli import COMMANDS, OF_A_CHECKOUT, project_commands
from glue_sandbox.project.file import load_project
from glue_sandbox.settings import load_settings

ALL = {**COMMANDS, **OF_A_CHECKOUT, **project_commands(load_project(ROOT / "sandbox.toml"))}
NOWHERE = "http://127.0.0.1:9"
NO_DOWNLOADS = {
    "PIP_INDEX_URL": NOWHERE,
    "PIP_RETRIES": "0",
    "UV_OFFLINE": "1",
    "PIP_CONFIG_FILE": os.devnull,
}
LOOKS_FIRST = {"notebook", "notebook-report"}
"""They install much, so they say before it what they lack."""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A home that has the command line's own environment, and no more; no engine of Docker answers."""
    own = load_settings().envs / "sandbox"
    if not own.is_dir():
        pytest.skip(f"no command was typed: {own} is missing; next: make setup")
    (tmp_path / "home" / "envs").mkdir(parents=True)
    (tmp_path / "home" / "envs" / "sandbox").symlink_to(own)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "SANDBOX_HOME": str(tmp_path / "home"),
        "DOCKER_HOST": "tcp://127.0.0.1:9",
        "UV_CACHE_DIR": str(tmp_path / "uv"),
        **NO_DOWNLOADS,
    }


@pytest.mark.parametrize("command", ALL)
def test_a_command_never_ends_in_a_traceback(command: str, environ: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "bootstrap.py"), command],
        cwd=tmp_path,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    said = done.stdout + done.stderr
    assert "Traceback" not in said
    if done.returncode:
        assert "next" in said, said
    if ALL[command].environments_in("embedded"):
        assert done.returncode == 1, said
        assert (
            "expected a running sandbox" if command in LOOKS_FIRST else "set-up stopped: expected"
        ) in said
