"""Fixtures of the end-to-end tests: a fresh sandbox per module, stopped whatever happens."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from e2e.containers import new_sandbox
from e2e.harness import Sandbox


@pytest.fixture(scope="session", autouse=True)
def stop_when_told() -> None:
    """A test run that is terminated takes its sandbox with it, as one that is interrupted does."""
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", returncode=143))


@pytest.fixture(scope="module", params=["embedded", pytest.param("containers", marks=pytest.mark.containers)])
def sandbox(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox that is up: one of processes, then one of containers, with a module's SETTINGS for it."""
    variables = getattr(request.module, "SETTINGS", {}).get(request.param)
    started = new_sandbox(request.param, tmp_path_factory.mktemp("sandbox"), variables)
    try:
        started.start()
        yield started
    finally:
        started.stop()
