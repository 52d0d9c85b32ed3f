"""The watchdog of the embedded Airflow: what can be seen without an Airflow."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from glue_sandbox.airflow import watchdog
from glue_sandbox.airflow.process_groups import ProcessGroups
from glue_sandbox.airflow.releases.airflow_3 import Release3
from glue_sandbox.processes.services import SERVICES, airflow_release
from glue_sandbox.settings import Settings

ROUNDS = 3
RELEASE = Release3()
COMPONENTS = tuple(RELEASE.components())


class FakeGroups:
    """Components that start at once and never die; counts the launcher's rounds."""

    def __init__(self, hold: Path) -> None:
        self.leaders: dict[str, int] = {}
        self.exit_codes: dict[str, int] = {}
        self.held_back: set[str] = set()
        self.rounds = 0
        self.hold = hold
        self.stops = watchdog.StopRequests()

    def start(self, name: str) -> None:
        self.leaders[name] = 1

    def reap(self) -> None:
        self.rounds += 1
        if self.rounds == ROUNDS:
            self.held_back = set(COMPONENTS) - set(self.leaders)
            self.hold.touch()
        if self.rounds == 2 * ROUNDS:
            self.stops.record()


def run(groups: FakeGroups) -> dict[str, int]:
    return watchdog.run_components(
        cast("ProcessGroups", groups), COMPONENTS, groups.start, groups.stops, RELEASE
    )


def test_the_scheduler_alone_is_held_back_until_the_file_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(state=tmp_path)
    monkeypatch.setenv("AIRFLOW_LAUNCHER_HOLD", SERVICES["airflow"](settings).env["AIRFLOW_LAUNCHER_HOLD"])
    monkeypatch.setattr(watchdog, "answer_of", lambda _: {"status": "healthy"})
    groups = FakeGroups(airflow_release(settings))
    assert run(groups) == {}
    assert groups.held_back == {"scheduler"}
    assert set(groups.leaders) == set(COMPONENTS)


class DyingGroups(FakeGroups):
    """Components of which the scheduler dies in every round, so many seconds after it was started."""

    def __init__(self, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(Path())
        self.now = 0.0
        self.started = 0
        self.seconds = seconds
        clock = SimpleNamespace(monotonic=lambda: self.now, sleep=lambda _: None)
        monkeypatch.setattr(watchdog, "time", clock)
        monkeypatch.setattr(watchdog, "wait_until", lambda *_, **__: False)
        monkeypatch.setattr(watchdog, "answer_of", lambda _: {"status": "healthy"})

    def start(self, name: str) -> None:
        super().start(name)
        self.exit_codes.pop(name, None)
        self.started += name == "scheduler"

    def reap(self) -> None:
        self.rounds += 1
        if "scheduler" in self.leaders:
            self.now += self.seconds
            self.exit_codes["scheduler"] = -9
        if self.rounds == 4 * watchdog.RESTARTS:
            self.stops.record()

    def signal_group(self, *_: object) -> None:
        """Nothing was left behind."""


@pytest.mark.parametrize(
    ("seconds", "died", "started"),
    [
        (watchdog.RESTARTS_SECONDS / 10, {"scheduler": -9}, watchdog.RESTARTS + 1),
        (watchdog.RESTARTS_SECONDS, {}, 4 * watchdog.RESTARTS),
    ],
    ids=["it keeps dying", "it dies now and then"],
)
def test_a_component_that_dies_is_started_again_unless_it_keeps_dying(
    monkeypatch: pytest.MonkeyPatch, seconds: float, died: dict[str, int], started: int
) -> None:
    groups = DyingGroups(seconds, monkeypatch)
    assert run(groups) == died
    assert groups.started == started


def test_a_connection_that_meets_itself_is_no_answer_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """As at a port of the range that the system gives to clients, while nobody listens there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("AIRFLOW__API__PORT", str(server.getsockname()[1]))

        def echo() -> None:
            with server.accept()[0] as client:
                client.sendall(client.recv(65536))

        itself = threading.Thread(target=echo)
        itself.start()
        assert watchdog.answer_of("/execution/health") == {}
        itself.join(10)
