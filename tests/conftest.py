"""Rules for every test run: what was not proven is named, and in CI a skipped test is a failed run."""

from __future__ import annotations

import os
from typing import Any

import pytest
from deliveries import REAL

NEEDS_REAL = "real_delivery"
unproven = pytest.StashKey[int]()


@pytest.hookimpl(trylast=True)  # after -k and -m: only what would have run is named
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of the real delivery where it is absent: it is no part of the project."""
    missing = [item for item in items if item.get_closest_marker(NEEDS_REAL)] if not REAL.is_dir() else []
    config.stash[unproven] = len(missing)
    items[:] = [item for item in items if item not in missing]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name every skip, and the absent real delivery, as something not proven."""
    if count := config.stash.get(unproven, 0):
        why = f"the KPIs of a real delivery ({count} tests): no folder {REAL}"
        terminalreporter.write_line(f"NOT PROVEN  {why}", yellow=True)
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.write_line(f"NOT PROVEN  {report.nodeid}: {reason}", yellow=True)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Tests that run in several processes are collected there: take over what these left out."""
    node.config.stash[unproven] = getattr(node, "workeroutput", {}).get("unproven", 0)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a green run with skips red when CI=true."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["unproven"] = session.config.stash.get(unproven, 0)
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
