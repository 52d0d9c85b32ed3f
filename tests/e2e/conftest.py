"""Fixtures of the end-to-end tests: a fresh sandbox per module, stopped whatever happens."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from e2e.containers import new_sandbox
from e2e.harness import Sandbox
from e2e.shares import SHARES, share_of


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what another process runs."""
    wanted = config.getoption("share")
    if not wanted:
        return

    number, _, of = wanted.partition("/")
    if not (number.isdecimal() and of == str(len(SHARES)) and 1 <= int(number) <= len(SHARES)):
        raise pytest.UsageError(
            f"--share: expected 1/{len(SHARES)} to {len(SHARES)}/{len(SHARES)}, found {wanted}"
        )
    config.hook.pytest_deselected(items=[item for item in items if share_of(item) != int(number)])
    items[:] = [item for item in items if share_of(item) == int(number)]


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
