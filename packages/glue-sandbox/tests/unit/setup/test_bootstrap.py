"""What each command needs set up, and how a command enters and leaves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap
from glue_sandbox.setup.needs import MARKER
from glue_sandbox.setup.removal import remove
from local_glue.setup.report import SetupError


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


def test_down_and_clean_install_nothing_where_nothing_is_set_up(tmp_path: Path) -> None:
    for command in ("down", "clean"):
        done = subprocess.run(
            [sys.executable, str(Path(bootstrap.ROOT) / "scripts" / "bootstrap.py"), command],
            env={"SANDBOX_HOME": str(tmp_path / "none"), "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        )
        assert "Nothing is set up here" in done.stdout
    assert not (tmp_path / "none").exists()
