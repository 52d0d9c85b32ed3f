"""What a failed step of the set-up says, and what its processes see."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

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


def test_no_child_of_the_set_up_sees_keys_of_an_account(tmp_path: Path) -> None:
    environ = {"AWS_SECRET_ACCESS_KEY": "real", "AWS_PROFILE": "real", "KEPT": "yes"}
    report = Report(tmp_path / "setup.log")
    report.run([sys.executable, "-c", "import os; print(dict(os.environ))"], env=environ)
    seen = (tmp_path / "setup.log").read_text()
    assert "AWS_" not in seen
    assert "'KEPT': 'yes'" in seen
