"""The command `test`: which program runs the tests, what it finds, and with which code it ends."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import load_project
from glue_sandbox.settings import Settings
from glue_sandbox.testing import project_tests
from glue_sandbox.testing.project_tests import run_tests


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the Python that glue-sandbox is installed for."""
    (tmp_path / "venv").mkdir()
    monkeypatch.setattr(project_tests, "OWN_PROGRAMS", tmp_path / "venv")
    return tmp_path / "venv"


def script(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(stat.S_IRWXU)


def settings(root: Path, command: str = "") -> Settings:
    text = f'[tests]\ncommand = "{command}"\n' if command else ""
    (root / "sandbox.toml").write_text(f'name = "small"\n{text}')
    return Settings(project=load_project(root / "sandbox.toml"))


def test_it_is_pytest_beside_glue_sandbox_in_the_project_s_folder(
    tmp_path: Path, programs: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    script(programs, "pytest", 'pwd; printf "<%s>" "$@"; exit 3')
    assert run_tests(settings(tmp_path), ["-k", "one or two"]) == 3
    assert capfd.readouterr().out == f"{tmp_path}\n<-k><one or two>"


def test_another_command_finds_the_programs_beside_glue_sandbox_first(
    tmp_path: Path, programs: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    script(programs, "check", 'echo "$1 $PATH"')
    assert run_tests(settings(tmp_path, "check 'all of it'"), []) == 0
    assert capfd.readouterr().out == f"all of it {programs}{os.pathsep}{os.environ['PATH']}\n"


@pytest.mark.parametrize(
    ("command", "expected", "following"),
    [
        ("", "pytest, which runs the tests, beside glue-sandbox", f"{sys.executable} -m pip install pytest"),
        ("no-such-program", "no-such-program, which runs the tests, on PATH", "correct tests.command"),
    ],
)
def test_a_program_that_is_not_there_is_named(
    tmp_path: Path, programs: Path, command: str, expected: str, following: str
) -> None:
    with pytest.raises(SandboxError) as caught:
        run_tests(settings(tmp_path, command), [])
    assert caught.value.expected == expected
    assert following in caught.value.next_command
    assert list(programs.iterdir()) == []


def test_tests_that_a_signal_ends_have_the_code_that_shells_know(tmp_path: Path, programs: Path) -> None:
    script(programs, "pytest", "kill -KILL $$")
    assert run_tests(settings(tmp_path), []) == 128 + signal.SIGKILL


def test_who_ends_it_ends_the_tests_that_clean_up_first(tmp_path: Path) -> None:
    script(tmp_path, "check", "trap 'echo cleaned; exit 7' TERM; echo ready; while :; do sleep 0.1; done")
    settings(tmp_path, f"{tmp_path}/check")
    code = (
        "from glue_sandbox.settings import load_settings\n"
        "from glue_sandbox.testing.project_tests import run_tests\n"
        "raise SystemExit(run_tests(load_settings(default_mode='embedded'), []))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.terminate()
    assert process.communicate(timeout=60)[0] == "cleaned\n"
    assert process.returncode == 7
