"""One sandbox for all files of this folder: the sample is delivered to it once, by the demo.

A DAG run costs half a minute. So every file adds a step of its own to what is there, and compares the state
after the step with the state before: it needs the sample's delivery, and no other file's step.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import TypeGuard

import pytest
from e2e.containers import new_sandbox
from e2e.harness import Observation, Sandbox
from e2e.sample_delivery import FOLDER_MARKER, SIDE_FILE, SampleSandbox

from glue_sandbox.airflow.client import DagRun

DEMO_SECONDS = 900
WIDTH_OF_BOTH_MODES = 80


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what a terminal of another width shows of containers: the same code prints it."""

    def is_twice(item: pytest.Item) -> bool:
        width = item.callspec.params.get("width", WIDTH_OF_BOTH_MODES) if has_parameters(item) else None
        return width not in (None, WIDTH_OF_BOTH_MODES) and item.get_closest_marker("containers") is not None

    config.hook.pytest_deselected(items=list(filter(is_twice, items)))
    items[:] = [item for item in items if not is_twice(item)]


def has_parameters(item: pytest.Item) -> TypeGuard[pytest.Function]:
    """Return whether it is one of several that differ in parameters."""
    return isinstance(item, pytest.Function) and hasattr(item, "callspec")


@pytest.fixture(
    scope="package", params=["embedded", pytest.param("containers", marks=pytest.mark.containers)]
)
def sandbox(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox that is up: one of processes, then one of containers.

    Spark starts cold in it: a driver that warms up takes more of two cores than it spares the run. Runs on
    warm ones are those of the real delivery and of local-glue's own tests.
    """
    started = new_sandbox(request.param, tmp_path_factory.mktemp("sandbox"), {"GLUE_WARM_DRIVERS": "0"})
    try:
        started.start()
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="package")
def demo(sandbox: Sandbox) -> subprocess.CompletedProcess[str]:
    """What `demo` shows of the sample, beside a folder's marker and a side file; only test_demo.py needs
    its success.
    """
    sandbox.deliver({FOLDER_MARKER: b"", SIDE_FILE: b""})
    return sandbox.attempt("demo", seconds=DEMO_SECONDS)


@pytest.fixture(scope="package")
def sample(sandbox: Sandbox, demo: subprocess.CompletedProcess[str]) -> SampleSandbox:
    """A sandbox with the sample's KPIs; from here on the tests decide when a run begins."""
    if demo.returncode and not working_runs(sandbox):
        sandbox.command("seed", seconds=DEMO_SECONDS)
    working = working_runs(sandbox)
    sandbox.event_off()
    assert [run.state for run in working] == ["success"] * len(working), demo.stdout + demo.stderr
    delivered = sandbox.observe(working[-1])
    rejected = {key: sandbox.read(f"rejected/{key}").decode() for key in delivered.below("rejected/")}
    return SampleSandbox(sandbox, delivered, rejected, partitions(sandbox))


@pytest.fixture(scope="package")
def delivered(sample: SampleSandbox) -> Observation:
    """The state right after the sample was processed."""
    return sample.delivered


def partitions(sandbox: Sandbox) -> dict[str, set[str]]:
    """Table of the catalog → its dates."""
    database = sandbox.glue.get_databases()["DatabaseList"][0]["Name"]
    dates: dict[str, set[str]] = {}
    for table in sandbox.glue.get_tables(DatabaseName=database)["TableList"]:
        pages = sandbox.glue.get_paginator("get_partitions").paginate(
            DatabaseName=database, TableName=table["Name"]
        )
        dates[table["Name"]] = {part["Values"][0] for page in pages for part in page["Partitions"]}
    return dates


def working_runs(sandbox: Sandbox) -> list[DagRun]:
    """Runs that had work, all over by now.

    Files land one by one, so more runs than one may have been started; some of them found nothing.
    """
    runs = sandbox.settle()
    return [run for run in runs if "skip_execution" not in sandbox.succeeded(run)]
