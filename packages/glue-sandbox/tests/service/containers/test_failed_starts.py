"""Starts that cannot succeed: each is provoked, told with its cause and the next command, and taken back."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from checkout import ROOT
from container_support.containers import PREFIX, docker
from container_support.registry import (
    FORBIDDEN,
    LOGIN_WANTED,
    NOT_FOR_THIS_PROCESSOR,
    OUT_OF_ORDER,
    RATE_LIMITED,
    UNKNOWN,
    Answer,
    registry,
)
from container_support.servers import bridge_address, self_signed

from bootstrap import SOURCES
from glue_sandbox.containers.env_files import project_name
from glue_sandbox.settings import Settings, load_settings

pytestmark = [pytest.mark.containers, pytest.mark.timeout(300)]
NO_IMAGES = "the image registry to serve the images"
LICENSE = """
===============================================
License activation failed! 🔑❌

Reason: No credentials were found in the environment. Please make sure to either set the \
LOCALSTACK_AUTH_TOKEN variable to a valid auth token. \
If you are using the CLI, you can also run `localstack auth set-token`.

Due to this error, Localstack has quit. LocalStack pro features can only be used with a valid license.
"""


@pytest.fixture(autouse=True)
def nothing_is_left(settings: Settings) -> Iterator[None]:
    """Each of them takes back what it began."""
    yield
    label = f"label=com.docker.compose.project={project_name(settings)}"
    for kind in ("container", "network", "volume"):
        every = ["--all"] if kind == "container" else []
        assert docker(kind, "ls", "--quiet", *every, "--filter", label) == "", kind
    assert not settings.started_with.exists()


@pytest.mark.parametrize(
    ("answer", "expected", "next_command"),
    [
        (RATE_LIMITED, NO_IMAGES, "docker login, or build them yourself: make images"),
        (LOGIN_WANTED, NO_IMAGES, "docker login <registry>"),
        (FORBIDDEN, NO_IMAGES, "docker login <registry>"),
        (UNKNOWN, NO_IMAGES, "check name and network, or build the images from packages: make images"),
        (OUT_OF_ORDER, NO_IMAGES, "check name and network, or build the images from packages: make images"),
        (NOT_FOR_THIS_PROCESSOR, "images for this processor", "make images, then make up"),
    ],
    ids=["429", "401", "403", "404", "503", "processor"],
)
def test_what_a_registry_refuses_is_told_with_the_way_around_it(
    environ: dict[str, str], answer: Answer, expected: str, next_command: str
) -> None:
    with registry(answer) as host:
        said = failed_start(environ | {"IMAGES": "published", "EMULATOR_IMAGE": f"{host}/none:1"})
    assert f"expected {expected}" in said
    assert next_command in said


@pytest.mark.parametrize(
    ("valid", "expected", "next_command"),
    [
        (("20490101000000Z", "20491231000000Z"), "this machine's clock", "timedatectl set-ntp true"),
        (
            ("20200101000000Z", "20491231000000Z"),
            "an image registry whose certificate",
            "/etc/docker/certs.d",
        ),
    ],
    ids=["clock", "authority"],
)
def test_a_clock_that_is_wrong_is_told_from_an_unknown_authority(
    environ: dict[str, str], tmp_path: Path, valid: tuple[str, str], expected: str, next_command: str
) -> None:
    # The engine lets pass every certificate of the loopback, but not one of its own bridge.
    bridge = bridge_address()
    certificate = self_signed(tmp_path, bridge, *valid)
    with registry(RATE_LIMITED, bridge, certificate) as host:
        said = failed_start(environ | {"IMAGES": "published", "EMULATOR_IMAGE": f"{host}/none:1"})
    assert f"expected {expected}" in said
    assert next_command in said


def test_an_image_that_no_registry_gives_is_named_with_the_way_to_build_it(environ: dict[str, str]) -> None:
    # Nothing listens on that port of this machine.
    said = failed_start(environ | {"IMAGES": "published", "EMULATOR_IMAGE": "127.0.0.1:9/none:1"})
    assert f"expected {NO_IMAGES}" in said
    assert "make images" in said


class TestAContainerThatDies:
    @pytest.fixture
    def emulator(self) -> Iterator[str]:
        """Name of an image that a test makes, in place of the emulator's."""
        name = f"{PREFIX}-dying"
        yield name
        docker("image", "rm", "--force", *docker("images", "--quiet", name).split())

    def make(self, image: str, names: Mapping[str, str], script: str) -> None:
        """Make that image: it runs a script of the shell's."""
        container = docker("create", "--entrypoint", "sh", names["POSTGRES_IMAGE"], "-c", script)
        docker("commit", container, image)
        docker("rm", "--volumes", container)

    def start(self, environ: Mapping[str, str], image: str, **more: str) -> str:
        return failed_start({**environ, "EMULATOR_IMAGE": image, "EMULATOR": "localstack", **more})

    def test_it_is_named_with_its_last_words(self, environ: dict[str, str], names: Mapping[str, str]) -> None:
        said = self.start(environ, names["POSTGRES_IMAGE"])
        assert "expected POSTGRES_PASSWORD, found none" in said  # its own words, for it is another server
        assert "expected the container emulator to be healthy" in said
        assert "found    the container emulator is exited with exit code 1" in said
        assert "next     make logs S=emulator, then make up" in said

    def test_a_localstack_that_wants_a_token_says_how_to_give_one(
        self, environ: dict[str, str], names: Mapping[str, str], emulator: str
    ) -> None:
        self.make(emulator, names, f"cat >&2 <<'EOF'\n{LICENSE}EOF\nexit 55")
        said = self.start(environ, emulator)
        assert "expected a LocalStack that needs no token, or a valid one" in said
        assert "found    the container emulator is exited with exit code 55" in said
        assert "next     export LOCALSTACK_AUTH_TOKEN=…" in said

    def test_a_disk_that_is_full_is_told_with_what_frees_some(
        self, environ: dict[str, str], names: Mapping[str, str], emulator: str
    ) -> None:
        self.make(emulator, names, "dd if=/dev/zero of=/dev/full")
        said = self.start(environ, emulator)
        assert "expected space on the engine's disk" in said
        assert "docker system prune" in said

    def test_one_that_was_killed_out_of_memory_names_the_setting(
        self, environ: dict[str, str], names: Mapping[str, str], emulator: str
    ) -> None:
        self.make(emulator, names, "echo working; tail /dev/zero; exit $?")
        said = self.start(environ, emulator, EMULATOR_MEMORY="32m")
        assert "exit code 137, out of memory" in said
        assert "next     EMULATOR_MEMORY=64m make up" in said


def test_a_checkout_that_only_its_owner_may_read_is_told_with_the_cure(
    environ: dict[str, str], names: Mapping[str, str], tmp_path: Path
) -> None:
    checkout = tmp_path / "checkout"
    for folder in ("compose", "dags", "glue", "infra", "locks", "packages", "scripts"):
        shutil.copytree(ROOT / folder, checkout / folder)
    shutil.copy(ROOT / "sandbox.toml", checkout)
    for folder in ("compose", "dags", "glue", "infra", "packages"):  # as umask 077 leaves it
        subprocess.run(["chmod", "-R", "go-rwx", checkout / folder], check=True)
    said = failed_start(environ | {"EMULATOR": "ministack", "IMAGES": "auto"}, checkout)
    assert "expected files of the checkout that the containers' users may read" in said
    assert "chmod -R go+rX compose dags glue infra" in said


def test_a_port_that_is_taken_is_named_with_who_has_it(environ: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = failed_start(environ | {"AIRFLOW_PORT": str(port)})
    assert f"expected port {port} free for the container airflow" in said
    assert f"AIRFLOW_PORT={port + 100} make up" in said


def test_an_engine_that_is_away_is_said_with_the_way_without_it(environ: dict[str, str]) -> None:
    said = failed_start(environ | {"DOCKER_HOST": "tcp://127.0.0.1:9"})
    assert "expected a Docker engine that answers" in said
    assert "MODE=embedded make up" in said


def test_an_engine_without_compose_is_said_with_the_plugin(environ: dict[str, str], tmp_path: Path) -> None:
    own = tmp_path / "bin" / "docker"  # the real one, as it is without the plugin
    own.parent.mkdir()
    told = "docker: 'compose' is not a docker command.\\nSee 'docker --help'\\n"
    own.write_text(
        f'#!/bin/sh\nif [ "$1" = compose ]; then printf "{told}" >&2; exit 1; fi\n'
        f'exec {shutil.which("docker")} "$@"\n',
        encoding="utf-8",
    )
    own.chmod(0o755)
    said = failed_start(environ | {"PATH": f"{own.parent}{os.pathsep}{environ['PATH']}"})
    assert "expected compose v2 or newer" in said
    assert "docker-compose-plugin" in said


def failed_start(environ: Mapping[str, str], root: Path = ROOT) -> str:
    """What `glue-sandbox up` of a checkout says of a start that fails."""
    python = load_settings(environ).python("sandbox")
    path = os.pathsep.join(str(root / folder) for folder in SOURCES)
    done = subprocess.run(
        [str(python), "-m", "glue_sandbox", "up"],
        env={**environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
        timeout=280,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr
