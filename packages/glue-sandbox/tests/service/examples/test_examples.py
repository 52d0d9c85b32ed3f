"""Each example's own tests, in its own folder, as somebody runs them: all embedded, one in containers too."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from checkout import ROOT

from glue_sandbox.docker.engine import Engine
from glue_sandbox.images.selection import PULLED, choose
from glue_sandbox.machine.mode import look_for_engine
from glue_sandbox.machine.ports import free_ports
from glue_sandbox.settings import load_settings

PORTS = ("SANDBOX_PORT", "EMULATOR_PORT", "AIRFLOW_PORT", "HISTORY_PORT")
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/sandbox.toml"))
IN_CONTAINERS = {"micro-batches": "test_two_batches_of_a_day_are_counted_together_and_archived"}
"""The test that goes from file to items, of the one whose files all lie in its root: what is mounted there
is what differs most from this project, whose own tests have every other container. It needs Airflow 3
without plugins, as the images have."""
PYTEST = ("-m", "pytest", "-p", "glue_sandbox.testing.pytest_plugin", "-q", "-ra")
SECONDS = 570  # a little less than pytest gives a test, so that what the example has printed is shown


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_s_own_tests_pass(example: Path, tmp_path: Path) -> None:
    run(example, environment(tmp_path, "embedded"), *PYTEST)  # the plugin starts the sandbox


@pytest.mark.parametrize("name", IN_CONTAINERS)
def test_an_example_goes_from_file_to_items_in_containers(name: str, tmp_path: Path) -> None:
    if not has_images():
        pytest.skip(f"not proven: {name} in containers, as no engine answers that has all images")
    example, environ = ROOT / "examples" / name, environment(tmp_path, "containers")
    with sandbox_in_containers(example, environ):
        run(example, environ, *PYTEST, "-k", IN_CONTAINERS[name])


def environment(state: Path, mode: str) -> dict[str, str]:
    """Return the variables of a sandbox on free ports, with its state in a folder of its own."""
    sources = [str(ROOT / "packages" / name / "src") for name in ("local-glue", "glue-sandbox")]
    return {
        **{name: os.environ[name] for name in ("PATH", "IMAGES") if name in os.environ},
        "PYTHONPATH": os.pathsep.join(sources),
        "PYTHONDONTWRITEBYTECODE": "1",
        "GLUE_WARM_DRIVERS": "0",
        "SANDBOX_HOME": str(load_settings().home),
        "SANDBOX_STATE": str(state),
        "MODE": mode,
        "EMULATOR": "ministack",
        **dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True)),
    }


def has_images() -> bool:
    """Whether an engine answers that has all images, MiniStack's in the place of LocalStack's."""
    if not look_for_engine().is_usable:
        return False
    names = choose(load_settings().model_copy(update={"emulator": "ministack"})).names
    return all(Engine().exists(names[variable]) for variable in PULLED)


@contextmanager
def sandbox_in_containers(example: Path, environ: dict[str, str]) -> Iterator[None]:
    """Have the example's containers up."""
    try:
        run(example, environ, "-m", "glue_sandbox", "up")
        yield
    finally:
        run(example, environ, "-m", "glue_sandbox", "down")


def run(folder: Path, environ: dict[str, str], *words: str) -> None:
    """Run this Python to its end; an AssertionError with all it said when it fails."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
