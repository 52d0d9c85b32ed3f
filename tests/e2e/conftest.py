"""Fixtures of the end-to-end tests: a fresh sandbox per module, stopped whatever happens."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from e2e.harness import DOWN_SECONDS, Sandbox


@pytest.fixture(scope="session", autouse=True)
def stop_when_told() -> None:
    """A test run that is terminated takes its sandbox with it, as one that is interrupted does."""
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", returncode=143))


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox that is up."""
    started = Sandbox(tmp_path_factory.mktemp("sandbox"))
    try:
        started.command("up")
        yield started
    finally:
        started.command("down", seconds=DOWN_SECONDS)
