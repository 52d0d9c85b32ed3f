"""What users meet with Docker is told in three facts, the last of which is what to type."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sandbox.containers.docker import Compose, Container, explain, require_engine
from sandbox.containers.states import state_of
from sandbox.errors import SandboxError
from sandbox.settings import Settings
from sandbox.supervisor import State

# Docker's own words, as its versions print them.
MET = {
    "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?": (
        "a Docker engine that answers",
        "sudo systemctl start docker",
    ),
    "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock": (
        "to be allowed to use the Docker engine",
        "sudo usermod -aG docker $USER",
    ),
    "docker: 'compose' is not a docker command.\nSee 'docker --help'": (
        "compose v2 or newer",
        "sudo apt-get install docker-compose-plugin",
    ),
    "no program `docker` on PATH": ("Docker", "MODE=embedded make up"),
    "Bind for 127.0.0.1:4566 failed: port is already allocated": ("free ports on 127.0.0.1", "SANDBOX_PORT="),
    "write /var/lib/docker/tmp/x: no space left on device": (
        "space on the engine's disk",
        "docker system prune",
    ),
    "toomanyrequests: You have reached your pull rate limit.": (
        "the image registry to serve the images",
        "docker login, or build them yourself: make images",
    ),
    "no matching manifest for linux/arm64/v8 in the manifest list entries": (
        "images for this processor",
        "make images",
    ),
    "Error response from daemon: Get https://registry/v2/: x509: certificate signed by unknown authority": (
        "an image registry whose certificate the engine trusts",
        "make images",
    ),
    "Error response from daemon: Get https://registry/v2/: dial tcp: lookup registry: no such host": (
        "the image registry to serve the images",
        "make images",
    ),
    "pull access denied for x, repository does not exist or may require 'docker login'": (
        "the image registry to serve the images",
        "make images",
    ),
}


@pytest.mark.parametrize("said", MET)
def test_known_words_are_explained(said: str) -> None:
    expected, next_command = MET[said]
    error = explain(said, ["docker", "compose", "up"])
    assert error.expected.startswith(expected)
    assert next_command in error.next_command
    assert error.found in said


def test_unknown_words_are_shown_as_they_are() -> None:
    error = explain("something new\nthat nobody knows", ["docker", "compose", "up", "--detach"])
    assert error.found == "that nobody knows"
    assert "something new" in error.details
    assert "docker compose up" in error.expected


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
    passed_on = Compose(Settings(state=tmp_path)).environment
    assert "SANDBOX_PORT" not in passed_on
    assert "COMPOSE_FILE" not in passed_on
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
