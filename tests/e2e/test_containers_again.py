"""A start of containers meets what an earlier one left: dead ones, changed ones, volumes, another sandbox."""

from __future__ import annotations

import re
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.containers import ContainerSandbox, new_sandbox
from e2e.harness import DOWN_SECONDS

from glue_sandbox.images.slim_images import slim_names
from glue_sandbox.settings import load_settings

pytestmark = [pytest.mark.e2e, pytest.mark.containers, pytest.mark.timeout(1500)]
KEPT = "kept/over/down.csv"
NO_SPARK = {"GLUE_WARM_DRIVERS": "0"}
"""No job of Spark's runs here: none is got ready for one."""


def docker(*words: str) -> str:
    return subprocess.run(["docker", *words], capture_output=True, text=True, check=True).stdout.strip()


def nameless_volumes() -> set[str]:
    """What images declare and nobody mounts, left behind by containers that are gone."""
    names = docker("volume", "ls", "--quiet", "--filter", "dangling=true").split()
    return {name for name in names if re.fullmatch("[0-9a-f]{64}", name)}


def new_containers(folder: Path, **variables: str) -> ContainerSandbox:
    """A sandbox of slim images, not started yet."""
    made = new_sandbox("containers", folder / "state")
    assert isinstance(made, ContainerSandbox)
    made.variables |= {"IMAGES": "slim", **NO_SPARK, **variables}
    return made


def states(sandbox: ContainerSandbox) -> set[str]:
    sandbox.__dict__.pop("status", None)  # as they are now
    return {seen["state"] for seen in sandbox.status["services"].values()}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ContainerSandbox]:
    """One that is up, and forgets its data when its emulator is replaced."""
    sandbox = new_containers(tmp_path_factory.mktemp("running"), EMULATOR="localstack")
    try:
        sandbox.command("up")
        yield sandbox
    finally:
        sandbox.stop()


@pytest.fixture
def other_image() -> Iterator[str]:
    """The emulator's image under a name of its own."""
    name = f"music-streams-test-{uuid.uuid4().hex[:8]}:1"
    docker("tag", slim_names(load_settings())["EMULATOR_IMAGE"], name)
    try:
        yield name
    finally:
        docker("image", "rm", name)


@pytest.mark.parametrize("service", ["glue", "emulator"])
def test_up_starts_again_what_was_killed(running: ContainerSandbox, service: str) -> None:
    before = running.container_of(service)
    docker("kill", before)
    assert "crashed" in states(running)
    running.command("up")
    assert states(running) == {"healthy"}
    assert running.container_of(service) == before
    running.s3.head_bucket(Bucket=running.status["bucket"])


def test_what_a_changed_setting_replaces_is_replaced_before_the_deployment(
    running: ContainerSandbox, other_image: str
) -> None:
    """The old AWS endpoint answers until the moment that compose takes its emulator away."""
    before = running.container_of("emulator")
    running.variables["EMULATOR_IMAGE"] = other_image
    try:
        running.command("up")
        assert running.container_of("emulator") != before
        running.s3.head_bucket(Bucket=running.status["bucket"])
        assert states(running) == {"healthy"}
    finally:
        del running.variables["EMULATOR_IMAGE"]
        running.command("up")


def test_kept_volumes_outlive_a_start_that_fails_and_one_that_is_beside_another(
    running: ContainerSandbox, tmp_path: Path
) -> None:
    nameless = nameless_volumes()
    mine = new_containers(tmp_path, EMULATOR="ministack")
    try:
        mine.command("up")
        mine.s3.put_object(Bucket=mine.status["bucket"], Key=KEPT, Body=b"1")
        run = mine.run_dag()

        mine.variables["KEEP"] = "1"
        mine.command("down", seconds=DOWN_SECONDS)
        del mine.variables["KEEP"]
        kept = mine.leftovers()
        assert {name.split()[0] for name in kept} == {"volume"}

        another_server = slim_names(load_settings())["POSTGRES_IMAGE"]
        mine.variables["MINISTACK_IMAGE"] = another_server
        failed = mine.attempt("up")
        del mine.variables["MINISTACK_IMAGE"]
        assert "expected the container emulator to be healthy" in failed.stderr
        assert mine.leftovers() == kept
        assert nameless_volumes() == nameless

        mine.command("up")
        assert mine.read(KEPT) == b"1"
        assert [found.run_id for found in mine.runs()] == [run.run_id]
        mine.command("down", seconds=DOWN_SECONDS)
        assert mine.leftovers() == []
        assert states(running) == {"healthy"}
    finally:
        mine.stop()
