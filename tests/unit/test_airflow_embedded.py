"""The launcher of the embedded Airflow: what can be seen without an Airflow."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from sandbox import airflow_embedded
from sandbox.process_groups import ProcessGroups
from sandbox.services import SERVICES, airflow_release
from sandbox.settings import Settings

ROUNDS = 3


class FakeGroups:
    """Components that start at once and never die; counts the launcher's rounds."""

    def __init__(self, hold: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.leaders: dict[str, int] = {}
        self.exit_codes: dict[str, int] = {}
        self.held_back: set[str] = set()
        self.rounds = 0
        self.hold = hold
        self.monkeypatch = monkeypatch

    def start(self, name: str) -> None:
        self.leaders[name] = 1

    def reap(self) -> None:
        self.rounds += 1
        if self.rounds == ROUNDS:
            self.held_back = set(airflow_embedded.COMPONENTS) - set(self.leaders)
            self.hold.touch()
        if self.rounds == 2 * ROUNDS:
            self.monkeypatch.setattr(airflow_embedded, "stop_requests", 1)


def test_the_scheduler_alone_is_held_back_until_the_file_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(state=tmp_path)
    monkeypatch.setenv("AIRFLOW_EMBEDDED_HOLD", SERVICES["airflow"](settings).env["AIRFLOW_EMBEDDED_HOLD"])
    monkeypatch.setattr(airflow_embedded, "answer_of", lambda _: {"status": "healthy"})
    groups = FakeGroups(airflow_release(settings), monkeypatch)
    assert airflow_embedded.run_components(cast("ProcessGroups", groups), groups.start) == {}
    assert groups.held_back == {"scheduler"}
    assert set(groups.leaders) == set(airflow_embedded.COMPONENTS)
