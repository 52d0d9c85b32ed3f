"""The programs `docker` and `docker compose`: no engine, the environment of compose, states of containers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from glue_sandbox.containers.states import state_of
from glue_sandbox.docker.compose import Compose, Container, require_engine
from glue_sandbox.errors import SandboxError
from glue_sandbox.processes.supervisor import State
from glue_sandbox.settings import Settings


def test_without_an_engine_the_way_without_docker_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxError) as caught:
        require_engine()
    assert "MODE=embedded make up" in caught.value.next_command


def test_the_shell_cannot_outvote_the_projects_own_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANDBOX_PORT", "1")
    monkeypatch.setenv("COMPOSE_FILE", "other.yaml")
    monkeypatch.setenv("COMPOSE_PROJECT_NAME", "other")
    passed_on = Compose(Settings(state=tmp_path)).environment
    assert "SANDBOX_PORT" not in passed_on
    assert [name for name in passed_on if name.startswith("COMPOSE_")] == []
    assert passed_on["PATH"] == os.environ["PATH"]


@pytest.mark.parametrize(
    ("container", "others", "state"),
    [
        (None, False, State.STOPPED),
        (None, True, State.CRASHED),
        (("exited", "", 137), True, State.CRASHED),
        (("running", "starting", 0), True, State.UNHEALTHY),
        (("running", "healthy", 0), True, State.HEALTHY),
        (("running", "", 0), True, State.HEALTHY),
    ],
)
def test_what_compose_says_becomes_a_state(
    container: tuple[str, str, int] | None, others: bool, state: State
) -> None:
    seen = container and Container("glue", "name", "id", *container)
    assert state_of(seen, others) is state
