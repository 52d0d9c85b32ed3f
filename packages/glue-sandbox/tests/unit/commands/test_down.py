"""`glue-sandbox down` says what stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from checkout import write_project

from glue_sandbox.commands.down import take_down_sandbox
from glue_sandbox.containers import down
from glue_sandbox.project.file import load_project
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import out


@pytest.mark.parametrize(
    ("emulator", "said"),
    [
        ("localstack", "volumes are kept, but LocalStack has forgotten its data"),
        ("ministack", "data is kept; `make up` continues with it"),
    ],
)
def test_of_containers_whose_volumes_stay_it_says_which_data_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator: Literal["localstack", "ministack"], said: str
) -> None:
    def stopped(*_: Any, **__: Any) -> list[str]:
        return ["glue", "emulator"]

    monkeypatch.setattr(down, "take_down_if_possible", stopped)
    project = load_project(write_project(tmp_path / "project"))
    settings = Settings(project=project, state=tmp_path / "state", mode="containers", emulator=emulator)
    with out.capture() as shown:
        take_down_sandbox(settings, keep=True)
    assert said in shown.get()
