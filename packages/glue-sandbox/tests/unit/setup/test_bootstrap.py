"""What each command needs set up, and how a command enters and leaves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import bootstrap
from glue_sandbox import cli
from glue_sandbox.processes.supervisor import refuse
from glue_sandbox.project.file import load_project
from glue_sandbox.setup.needs import MARKER
from glue_sandbox.setup.removal import remove
from local_glue.setup.install import LOCK
from local_glue.setup.report import SetupError
from local_glue.setup.turn import turn


def test_only_a_folder_of_ours_is_removed(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="sandbox's own folder"):
        remove(tmp_path)
    (tmp_path / "sandbox").mkdir()
    (tmp_path / "sandbox" / MARKER).touch()
    assert remove(tmp_path / "sandbox") is True
    assert not (tmp_path / "sandbox").exists()
    assert remove(tmp_path / "sandbox") is False


def test_the_python_of_a_set_up_is_read_from_its_environment(tmp_path: Path) -> None:
    (tmp_path / "python3.11").touch()
    configuration = tmp_path / "pyvenv.cfg"
    configuration.write_text(f"home = {tmp_path}\nversion_info = 3.11.7\n")
    assert bootstrap.python_of(configuration) == ("3.11.7", str(tmp_path / "python3.11"))
    (tmp_path / "python3.11").unlink()
    assert bootstrap.python_of(configuration) is None


def entered(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Enter with a command where nothing is set up, and nothing can be."""
    return subprocess.run(
        [sys.executable, str(Path(bootstrap.ROOT) / "scripts" / "bootstrap.py"), *words],
        env={"SANDBOX_HOME": str(home), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", ["down", "clean"])
def test_down_and_clean_install_nothing_where_nothing_is_set_up(command: str, tmp_path: Path) -> None:
    done = entered(tmp_path / "none", command)
    assert (done.returncode, done.stdout) == (0, "Nothing is set up here, so nothing runs.\n")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", sorted(bootstrap.ASK_A_RUNNING_SANDBOX))
def test_what_asks_a_running_sandbox_answers_at_once_where_nothing_is_set_up(
    command: str, tmp_path: Path
) -> None:
    done = entered(tmp_path / "none", command)
    said = "expected a running sandbox\nfound    nothing is set up here\nnext     make up\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("command", "found", "following"),
    [
        ("make up", "a start under way: make up (process {})", "make status, until it is healthy"),
        ("make lint", "nothing is set up here", "make up"),
    ],
)
def test_while_a_start_sets_up_what_asks_a_running_sandbox_says_so(
    command: str, found: str, following: str, tmp_path: Path
) -> None:
    with turn(tmp_path / LOCK, command, refuse):
        done = entered(tmp_path, "kpis")
    found = found.format(os.getpid())
    assert done.stderr == f"expected a running sandbox\nfound    {found}\nnext     {following}\n"


def test_a_set_up_that_was_interrupted_is_none(tmp_path: Path) -> None:
    (tmp_path / "envs" / "sandbox" / "bin").mkdir(parents=True)
    (tmp_path / "envs" / "sandbox" / "bin" / "python").touch()
    assert bootstrap.is_set_up(tmp_path) is False
    (tmp_path / "state").mkdir()  # of a sandbox that was started before its lock changed
    assert bootstrap.is_set_up(tmp_path) is True
    (tmp_path / "state").rmdir()
    (tmp_path / "envs" / "sandbox" / ".stamp").touch()
    assert bootstrap.is_set_up(tmp_path) is True


def test_every_command_either_needs_a_running_sandbox_or_is_of_use_without_one() -> None:
    of_use = {
        *("up", "demo", "down", "clean", "doctor", "setup", "init", "images", "locks", "terraform"),
        *("test", "lint", "format", "bench", "soak", "chaos", "glue"),
        *("permissions", "plan", "promote", "releases", "rollback"),
    }
    app: Any = get_command(cli.build_app(load_project(bootstrap.ROOT / "sandbox.toml")))
    assert set(app.commands) == of_use | bootstrap.ASK_A_RUNNING_SANDBOX
