"""Fixtures of the end-to-end tests: a fresh sandbox per module, stopped whatever happens."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.containers import ContainerSandbox
from e2e.harness import Sandbox

from sandbox.mode import look_for_engine


@pytest.fixture(scope="session", autouse=True)
def stop_when_told() -> None:
    """A test run that is terminated takes its sandbox with it, as one that is interrupted does."""
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", returncode=143))


TARGETS = {"embedded": Sandbox, "containers": ContainerSandbox}


def new_sandbox(target: str, state: Path) -> Sandbox:
    """A sandbox of that kind, not started yet; skips, and says what is not proven, where it cannot run."""
    if target == "containers" and not (engine := look_for_engine()).is_usable:
        why = engine.problem or "the engine that answers has no compose v2"
        pytest.skip(f"the pipeline in containers: {why} (.ci/engine starts one on a bare Debian)")
    return TARGETS[target](state)


@pytest.fixture(scope="module", params=["embedded", pytest.param("containers", marks=pytest.mark.containers)])
def sandbox(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox that is up: one of processes, then one of containers."""
    started = new_sandbox(request.param, tmp_path_factory.mktemp("sandbox"))
    try:
        started.start()
        yield started
    finally:
        started.stop()
