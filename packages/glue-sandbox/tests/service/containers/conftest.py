"""What the tests of containers need: an engine, images, a shell's variables, and a closed network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from container_support.containers import AWS, PREFIX, Container, docker, remove_all

from glue_sandbox.docker.engine import Engine
from glue_sandbox.images.selection import choose
from glue_sandbox.images.slim_images import IMAGES
from glue_sandbox.machine.mode import look_for_engine
from glue_sandbox.machine.ports import free_ports
from glue_sandbox.settings import Settings, load_settings

PORTS = ("SANDBOX_PORT", "EMULATOR_PORT", "AIRFLOW_PORT", "HISTORY_PORT")


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """What a shell has set that starts a sandbox of its own."""
    if not look_for_engine().is_usable:
        pytest.skip("compose did not read compose.yaml: no Docker engine with compose answers here")
    ports = dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True))
    state = {"SANDBOX_STATE": str(tmp_path / "state"), "MODE": "containers", "IMAGES": "slim"}
    home = os.environ.get("SANDBOX_HOME", "")
    return {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "SANDBOX_HOME": home, **ports, **state}


@pytest.fixture
def settings(environ: dict[str, str]) -> Settings:
    return load_settings(environ)


class Present(dict[str, str]):
    """Variable → image, of the images that are here; a test that needs another one is skipped."""

    def __missing__(self, variable: str) -> str:
        pytest.skip(f"no container was started of {variable}: it is not here (make images, or make up)")


@pytest.fixture(scope="session")
def names() -> Iterator[dict[str, str]]:
    """Variable → image, as IMAGES says; containers and networks of these tests are removed at the end."""
    engine = Engine()
    if not engine.answers():
        pytest.skip("no container was started: no Docker engine answers here")
    choice = choose(load_settings().model_copy(update={"emulator": "localstack"}))  # beside MiniStack's own
    wanted = {image.variable: choice.names[image.variable] for image in IMAGES}
    try:
        yield Present({variable: name for variable, name in wanted.items() if engine.exists(name)})
    finally:
        remove_all()


@pytest.fixture(scope="session")
def network(names: dict[str, str]) -> str:
    """A network whose containers reach one another and nothing else."""
    name = f"{PREFIX}-net"
    docker("network", "create", "--internal", name)
    return name


@pytest.fixture(scope="session")
def in_network(network: str, names: dict[str, str]) -> tuple[str, ...]:
    """Options of a container that uses LocalStack, which runs as long as the tests do."""
    emulator = Container(
        "localstack", names["EMULATOR_IMAGE"], ["--network", network, "--network-alias", "emulator"]
    )
    emulator.wait_until("healthy", "curl", "-sf", "http://localhost:4566/_localstack/health")
    variables = ("AWS_ENDPOINT_URL=http://emulator:4566", *AWS)
    return ("--network", network, *(word for variable in variables for word in ("--env", variable)))
