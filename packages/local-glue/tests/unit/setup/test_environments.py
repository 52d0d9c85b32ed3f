"""Environments from locks: when one is there already, and when it is made again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from local_glue.setup.environments import LOCKS, Environments
from local_glue.setup.install import install
from local_glue.setup.report import Report, SetupError


@pytest.fixture
def environments(tmp_path: Path) -> Environments:
    """An environment `uv` that looks completely installed."""
    made = Environments(tmp_path, Report(tmp_path / "setup.log"))
    (tmp_path / "envs" / "uv" / "bin").mkdir(parents=True)
    (tmp_path / "envs" / "uv" / "bin" / "uv").touch()
    made.mark_installed("uv")
    return made


def test_an_installed_environment_is_ready(environments: Environments) -> None:
    assert environments.ready("uv")


def test_an_environment_from_another_lock_is_not_ready(environments: Environments) -> None:
    (environments.folder("uv") / ".stamp").write_text("0123 cpython-3.11.0\n")
    assert not environments.ready("uv")


def test_an_interrupted_environment_is_not_ready(environments: Environments) -> None:
    (environments.folder("uv") / ".stamp").unlink()
    assert not environments.ready("uv")


def test_an_environment_whose_python_went_away_is_not_ready(environments: Environments) -> None:
    (environments.folder("uv") / "bin" / "uv").unlink()
    assert not environments.ready("uv")


def test_when_everything_is_there_nothing_is_done(environments: Environments, tmp_path: Path) -> None:
    assert install(environments, ["uv"], "make up") is False
    assert not (tmp_path / "setup.log").exists()


def test_a_lock_is_found_in_the_folder_that_has_it(tmp_path: Path) -> None:
    (tmp_path / "airflow.txt").touch()
    environments = Environments(tmp_path, Report(tmp_path / "setup.log"), [tmp_path])
    assert environments.lock("airflow") == tmp_path / "airflow.txt"
    assert environments.lock("glue") == LOCKS / "glue.txt"


def test_the_packages_of_a_lock_are_counted_and_one_alone_is_not_worth_a_word(tmp_path: Path) -> None:
    (tmp_path / "dev.txt").write_text(
        "# by uv\na==1 \\\n    --hash=sha256:0\nb-c==2 ; sys_platform == 'win32'\n"
    )
    (tmp_path / "one.txt").write_text("a==1\n")
    environments = Environments(tmp_path, Report(tmp_path / "setup.log"), [tmp_path])
    assert environments.size("dev") == "up to 2 packages"
    assert (environments.size("one"), environments.size("jars")) == ("", "")


def test_a_step_says_how_much_it_will_be_before_it_does_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def work() -> str:
        said = capsys.readouterr().err
        assert said.splitlines()[-1] == "  dev          … up to 139 packages"
        return "139 packages"

    Report(tmp_path / "logs" / "setup.log").step("dev", work, "up to 139 packages")


@pytest.mark.parametrize("variable", ["UV_LOCK_TIMEOUT", "UV_COMPILE_BYTECODE_TIMEOUT"])
def test_an_environment_waits_long_for_another_that_builds_the_same_package_and_for_a_busy_machine(
    environments: Environments, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.delenv(variable, raising=False)
    assert environments.tool_environment()[variable] == "3600"


@pytest.mark.parametrize("variable", ["UV_LOCK_TIMEOUT", "UV_COMPILE_BYTECODE_TIMEOUT"])
def test_how_long_is_the_users_to_say(
    environments: Environments, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "7")
    assert environments.tool_environment()[variable] == "7"


def test_without_pip_the_command_that_brings_it_to_this_very_python_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A virtual environment of `uv venv` has none, whatever the system's Python has.
    python = tmp_path / "my environment" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(python))

    with pytest.raises(SetupError, match=re.escape(f"expected pip beside {python}, found none")) as failure:
        Environments(tmp_path, Report(tmp_path / "log")).install_uv()

    assert failure.value.next_command.startswith(f"'{python}' -m ensurepip;")
