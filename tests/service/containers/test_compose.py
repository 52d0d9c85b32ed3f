"""The compose file as compose itself reads it, for both sources of images; and starts that cannot succeed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sandbox.containers.choice import named
from sandbox.containers.docker import PROFILES, Compose
from sandbox.containers.environment import prepare, project_name
from sandbox.mode import look_for_engine
from sandbox.ports import free_ports
from sandbox.settings import ROOT, Settings, load_settings

pytestmark = [pytest.mark.containers, pytest.mark.timeout(300)]
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


@pytest.mark.parametrize("source", ["published", "slim"])
def test_compose_reads_the_file_with_the_images_of_either_source(source: str, settings: Settings) -> None:
    names = named(settings, source, {}).names
    prepare(settings, names)
    config = json.loads(Compose(settings).run("config", "--format", "json", profiles=PROFILES))
    services: dict[str, dict[str, Any]] = config["services"]
    assert config["name"] == project_name(settings)
    images = {service["image"] for service in services.values()}
    assert images == {
        names[variable]
        for variable in ("EMULATOR_IMAGE", "GLUE_SERVICE_IMAGE", "POSTGRES_IMAGE", "AIRFLOW_IMAGE")
    }
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert {port["host_ip"] for port in published} == {"127.0.0.1"}
    ours = {str(settings.sandbox_port), str(settings.emulator_port), str(settings.airflow_port)}
    assert {port["published"] for port in published} == {*ours, str(settings.history_port)}
    # What a container is told is what was written, whatever characters it holds.
    assert services["airflow-scheduler"]["environment"]["MUSIC_STREAMS_SCHEDULE"] == "*/5 * * * *"


class TestAStartThatCannotSucceed:
    @pytest.fixture(autouse=True)
    def nothing_is_left(self, settings: Settings) -> Iterator[None]:
        """Each of them takes back what it began."""
        yield
        label = f"label=com.docker.compose.project={project_name(settings)}"
        for kind in ("container", "network", "volume"):
            every = ["--all"] if kind == "container" else []
            listed = subprocess.run(
                ["docker", kind, "ls", "--quiet", *every, "--filter", label],
                capture_output=True,
                text=True,
                check=True,
            )
            assert listed.stdout == "", kind
        assert not settings.started_with.exists()

    def test_an_image_that_no_registry_gives_is_named_with_the_way_to_build_it(
        self, environ: dict[str, str]
    ) -> None:
        # Nothing listens on that port of this machine.
        said = failed_start(environ | {"IMAGES": "published", "EMULATOR_IMAGE": "127.0.0.1:9/none:1"})
        assert "expected the image registry to serve the images" in said
        assert "make images" in said

    def test_a_container_that_dies_is_named_with_its_last_words(
        self, environ: dict[str, str], names: Mapping[str, str]
    ) -> None:
        said = failed_start(environ | {"EMULATOR_IMAGE": names["POSTGRES_IMAGE"], "EMULATOR": "localstack"})
        assert "expected POSTGRES_PASSWORD, found none" in said  # its own words, for it is another server
        assert "expected the container emulator to be healthy" in said
        assert "found    it is exited with exit code 1" in said
        assert "next     make logs S=emulator, then make up" in said

    def test_a_port_that_is_taken_is_named_with_who_has_it(self, environ: dict[str, str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            said = failed_start(environ | {"AIRFLOW_PORT": str(port)})
        assert f"expected port {port} free for the container airflow-api-server" in said
        assert f"AIRFLOW_PORT={port + 100} make up" in said

    def test_an_engine_that_is_away_is_said_with_the_way_without_it(self, environ: dict[str, str]) -> None:
        said = failed_start(environ | {"DOCKER_HOST": "tcp://127.0.0.1:9"})
        assert "expected a Docker engine that answers" in said
        assert "MODE=embedded make up" in said


def failed_start(environ: Mapping[str, str]) -> str:
    """What `sandbox up` says of a start that fails."""
    python = load_settings(environ).python("sandbox")
    path = f"{ROOT / 'scripts'}{os.pathsep}{ROOT / 'glue'}"
    done = subprocess.run(
        [str(python), "-m", "sandbox", "up"],
        env={**environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=280,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr
