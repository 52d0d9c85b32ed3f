"""What the tests of containers need: an engine, the slim images, and a network with no way out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from service.containers.containers import AWS, PREFIX, Container, docker, remove_all

from sandbox.image_engine import Engine
from sandbox.images import slim_names
from sandbox.settings import load_settings


@pytest.fixture(scope="session")
def names() -> Iterator[dict[str, str]]:
    """Variable → image; containers and networks of these tests are removed at the end."""
    engine = Engine()
    if not engine.answers():
        pytest.skip("no container was started: no Docker engine answers here")
    found = slim_names(load_settings())
    missing = [image for image in found.values() if not engine.exists(image)]
    if missing:
        pytest.skip(f"no container was started: {', '.join(missing)} not built (make images)")
    try:
        yield found
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
