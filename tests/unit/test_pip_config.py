"""The user's pip settings reach the local Glue service, which has another home folder."""

from __future__ import annotations

from pathlib import Path

from sandbox.pip_config import users_pip_config


def test_the_users_own_file_is_found(tmp_path: Path) -> None:
    assert users_pip_config({"HOME": str(tmp_path)}) == {}
    file = tmp_path / ".config/pip/pip.conf"
    file.parent.mkdir(parents=True)
    file.touch()
    assert users_pip_config({"HOME": str(tmp_path)}) == {"PIP_CONFIG_FILE": str(file)}


def test_a_file_that_is_named_wins(tmp_path: Path) -> None:
    (tmp_path / ".pip").mkdir()
    (tmp_path / ".pip/pip.conf").touch()
    environ = {"HOME": str(tmp_path), "PIP_CONFIG_FILE": "/etc/company.conf"}
    assert users_pip_config(environ) == {"PIP_CONFIG_FILE": "/etc/company.conf"}
