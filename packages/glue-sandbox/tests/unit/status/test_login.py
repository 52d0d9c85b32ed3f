"""Airflow's password is shown on a terminal only: what goes into a file or a log stays there."""

from __future__ import annotations

from pathlib import Path

import pytest

from glue_sandbox.airflow.environment import load_secrets
from glue_sandbox.processes.services import AIRFLOW
from glue_sandbox.settings import Settings
from glue_sandbox.status.view import print_addresses
from glue_sandbox.terminal.console import out


@pytest.mark.parametrize("is_terminal", [True, False])
def test_the_password_is_for_a_terminal_alone(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_terminal: bool,
) -> None:
    settings = Settings(state=tmp_path)
    password = load_secrets(tmp_path / AIRFLOW).admin_password
    monkeypatch.setattr(out, "_force_terminal", is_terminal)
    print_addresses(settings)
    printed = capsys.readouterr().out
    assert "user admin, password" in printed
    assert (password in printed) is is_terminal
