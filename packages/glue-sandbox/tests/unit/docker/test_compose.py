"""The programs `docker` and `docker compose`: no engine, the environment of compose, states of containers."""

from __future__ import annotations

import os
import subprocess
import sys
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
        (("running", "starting", 0), True, State.STARTING),
        (("created", "", 0), True, State.STARTING),
        (("running", "unhealthy", 0), True, State.UNHEALTHY),
        (("running", "healthy", 0), True, State.HEALTHY),
        (("running", "", 0), True, State.HEALTHY),
    ],
)
def test_what_compose_says_becomes_a_state(
    container: tuple[str, str, int] | None, others: bool, state: State
) -> None:
    seen = container and Container("glue", "name", "id", *container)
    assert state_of(seen, others) is state


@pytest.fixture
def docker_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program `docker` that prints its arguments, and names of variables of the user's account."""
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$@"\nenv | grep -o "^AWS_[A-Z_]*"\necho done\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    return program


@pytest.mark.usefixtures("docker_on_path")
def test_what_is_read_while_it_runs_gets_no_keys_of_an_account(tmp_path: Path) -> None:
    with Compose(Settings(state=tmp_path)).read("logs", "glue") as process:
        assert process.stdout is not None
        first, *others = process.stdout.read().splitlines()
    assert first.startswith("compose --project-name ")
    assert first.endswith(" --progress plain logs glue")
    assert others == ["done"]


@pytest.mark.usefixtures("docker_on_path")
def test_a_shell_takes_the_place_of_the_command_and_gets_no_keys_of_an_account(tmp_path: Path) -> None:
    code = "from pathlib import Path; from glue_sandbox.docker.compose import Compose; "
    code += "from glue_sandbox.settings import Settings; "
    code += f"Compose(Settings(state=Path({str(tmp_path)!r}))).become('exec', 'glue', 'bash', '-l')"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    shell = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    first, *others = shell.stdout.splitlines()
    assert first.endswith(" --progress plain exec glue bash -l")
    assert (shell.returncode, others) == (0, ["done"])


def test_without_the_program_its_installation_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxError) as caught:
        Compose(Settings(state=tmp_path)).become("exec", "glue", "bash", "-l")
    assert caught.value.next_command.startswith("install Docker Engine or Docker Desktop")
