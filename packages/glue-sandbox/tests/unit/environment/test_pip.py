"""The user's pip settings reach the local Glue service, which has another home folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from glue_sandbox.environment.pip import pip_variables, users_pip_config
from local_glue.setup.environments import pip_settings


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


def test_a_variable_outvotes_the_file_as_it_does_for_pip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "pip.conf"
    file.write_text("[global]\nindex-url = https://file.example\ntrusted-host = a.example\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    monkeypatch.setenv("PIP_INDEX_URL", "https://shell.example")
    assert pip_settings()["index-url"] == "https://shell.example"
    assert pip_settings()["trusted-host"] == "a.example"


def test_where_packages_come_from_is_passed_on_and_paths_of_this_machine_are_not() -> None:
    configured = {"index-url": "https://index.example", "find-links": "/opt/wheels", "cert": "/etc/own.pem"}
    assert pip_variables(configured) == {"PIP_INDEX_URL": "https://index.example"}
