"""Ports that are taken are told all at once, before a set-up, with the command that avoids them."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from glue_sandbox import command
from glue_sandbox.command import Command, what_a_start_needs
from glue_sandbox.errors import SandboxError
from glue_sandbox.hints import this_command
from glue_sandbox.machine.ports import free_ports
from glue_sandbox.processes.supervisor import refuse
from glue_sandbox.settings import Settings
from glue_sandbox.setup.needs import START_LOCK
from glue_sandbox.startup.ports import look_at_ports
from local_glue.setup.turn import turn


@pytest.fixture(autouse=True)
def _typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["glue-sandbox", "demo"])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A sandbox that was never set up."""
    glue, emulator, airflow = sorted(free_ports(3))
    return Settings(
        home=tmp_path,
        state=tmp_path / "state",
        sandbox_port=glue,
        emulator_port=emulator,
        airflow_port=airflow,
    )


@pytest.fixture
def taken() -> Iterator[ExitStack]:
    with ExitStack() as listening:
        yield listening


def listen(taken: ExitStack, *ports: int) -> None:
    for port in ports:
        taken.enter_context(socket.create_server(("127.0.0.1", port)))


def test_all_taken_ports_are_told_at_once_with_the_command_that_was_typed(
    settings: Settings, taken: ExitStack
) -> None:
    ports = {
        "EMULATOR_PORT": settings.emulator_port,
        "SANDBOX_PORT": settings.sandbox_port,
        "AIRFLOW_PORT": settings.airflow_port,
    }
    listen(taken, *ports.values())
    with pytest.raises(SandboxError) as caught:
        look_at_ports(settings, {})

    emulator, glue, airflow = ports.values()
    assert caught.value.expected == f"ports {emulator}, {glue} and {airflow} free"
    assert caught.value.found.count(f"process {os.getpid()} (") == 3
    words = caught.value.next_command.removeprefix("stop these, or take other ports: ").split(" ", 3)
    assert words[3] == this_command()
    given = dict(word.split("=") for word in words[:3])
    assert given.keys() == ports.keys()
    assert len({*given.values(), *map(str, ports.values())}) == 6


def test_of_one_it_is_said_what_would_listen_there_and_what_was_typed_is_kept(
    settings: Settings, taken: ExitStack
) -> None:
    listen(taken, settings.airflow_port)
    with pytest.raises(SandboxError) as caught:
        look_at_ports(settings, {"MODE": "embedded", "SANDBOX_PORT": "4711", "AIRFLOW_PORT": "8080"})
    assert caught.value.expected == f"port {settings.airflow_port} free for Airflow"
    typed = rf"MODE=embedded SANDBOX_PORT=4711 AIRFLOW_PORT=(\d+) {re.escape(this_command())}"
    found = re.fullmatch(f"stop it, or take another port: {typed}", caught.value.next_command)
    assert found
    assert int(found[1]) not in (settings.airflow_port, 8080)


def test_nothing_is_set_up_for_a_start_that_has_no_ports(
    settings: Settings, taken: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    listen(taken, settings.sandbox_port)
    set_up: list[str] = []
    monkeypatch.setenv("MODE", "embedded")
    monkeypatch.setattr(command, "load_settings", lambda **_: settings)
    monkeypatch.setattr(command, "set_up", lambda _, names: set_up.extend(names))
    monkeypatch.setattr(command, "clean_own_environment", lambda _: {})
    with pytest.raises(SandboxError, match="port"):
        Command(lambda: None, "make up", environments=("glue",), requires=what_a_start_needs).prepared()()
    assert set_up == []
    Command(lambda: None, "make bench", environments=("glue",)).prepared()()
    assert set_up == ["glue"]


def test_a_start_under_way_has_its_ports(settings: Settings, taken: ExitStack) -> None:
    listen(taken, settings.sandbox_port)
    settings.make_state()
    with turn(settings.state / START_LOCK, "make up", refuse):
        look_at_ports(settings, {})
