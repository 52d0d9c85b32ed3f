"""What a failed step of the set-up says, and what its processes see."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from local_glue.setup.environments import pip_settings
from local_glue.setup.report import Report, SetupError, hint_for


def test_a_failed_step_says_its_last_lines_and_what_to_type(tmp_path: Path) -> None:
    report = Report(tmp_path / "logs" / "setup.log")
    script = "print('noise'); raise SystemExit('invalid peer certificate: UnknownIssuer')"
    with pytest.raises(SetupError) as caught:
        report.run([sys.executable, "-c", script], env={})
    assert "UnknownIssuer" in caught.value.tail
    assert "SSL_CERT_FILE" in caught.value.next_command
    assert "noise" in (tmp_path / "logs" / "setup.log").read_text()


@pytest.mark.parametrize(
    ("output", "hint"),
    [
        ("407 Proxy Authentication Required", "HTTPS_PROXY"),
        ("the packages do not match the hashes", "remove the folder home/cache"),
        ("No space left on device", "disk"),
        ("something nobody thought of", "repeat"),
    ],
)
def test_hints_fit_the_failure(output: str, hint: str) -> None:
    assert hint in hint_for(output, "home/cache")


def test_programs_of_the_set_up_see_what_they_need_of_an_environment_and_nothing_else(tmp_path: Path) -> None:
    needed = {
        "PATH": "/bin",
        "LC_ALL": "C.UTF-8",
        "https_proxy": "http://p",
        "PIP_INDEX_URL": "i",
        "UV_SYSTEM_CERTS": "1",
    }
    others = {
        "AWS_SECRET_ACCESS_KEY": "real",
        "GITHUB_TOKEN": "real",
        "DATABASE_URL": "real",
        "PYTHONPATH": "/mine",
    }
    report = Report(tmp_path / "setup.log")
    report.run([sys.executable, "-I", "-c", "import os; print(dict(os.environ))"], env={**needed, **others})
    printed = (tmp_path / "setup.log").read_text().splitlines()[2]
    assert ast.literal_eval(printed) == needed


def test_pip_is_asked_for_its_settings_with_the_same_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pip of the user's own, or a plug-in of it, is somebody's code as well."""
    spy = tmp_path / "python"
    spy.write_text(f"#!/bin/sh\nenv >{tmp_path}/seen\n")
    spy.chmod(0o700)
    monkeypatch.setattr(sys, "_base_executable", str(spy))
    monkeypatch.setenv("GITHUB_TOKEN", "real")
    monkeypatch.setenv("PIP_TRUSTED_HOST", "mine")
    assert pip_settings() == {}
    seen = (tmp_path / "seen").read_text().splitlines()
    assert "PIP_TRUSTED_HOST=mine" in seen
    assert [line for line in seen if line.startswith("GITHUB_TOKEN=")] == []
