"""Rules for every test run: what was not proven is named, and in CI a skipped test is a failed run."""

from __future__ import annotations

import importlib
import os
from typing import Any

import pytest
from deliveries import REAL
from shared_starts import SharedStarts

pytest_plugins = ["glue_sandbox.dev.tests_at_work"]
NEEDS_REAL, IN_CONTAINERS = "real_delivery", "containers"
# Whether a Docker engine answers on this machine is asked by those tests only that are about it.
os.environ["MODE"] = "embedded"
# A terminal's library may leave its width here; what tests read is as wide as what goes into a file. The
# console is made now, before any test changes the environment for itself.
os.environ.pop("COLUMNS", None)
importlib.import_module("glue_sandbox.terminal.console")
# Processes take whole files in this order: what takes longest must not start last and keep a core idle.
SLOW_FILES = (
    *("test_failed_starts", "test_kill_points", "test_images", "test_broken_files", "test_warm_start"),
    *("test_rules", "test_examples", "test_sources", "test_cluster", "test_data_catalog", "test_modules"),
)
unproven = pytest.StashKey[dict[str, int]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the share of a suite whose tests run in several processes; which tests it has, the suite says."""
    parser.addoption("--share", metavar="N/M", help="run the suite's N-th share of M, such as 2/3")


@pytest.hookimpl(trylast=True)  # after -k and -m: only what would have run is named
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of the real delivery where it is absent, and those that the user does not want."""
    left_out = {
        why: {item for item in items if item.get_closest_marker(marker)}
        for marker, why, is_there in (
            (NEEDS_REAL, f"the KPIs of a real delivery: no folder {REAL}", REAL.is_dir()),
            (
                IN_CONTAINERS,
                "anything in containers: TARGET=embedded",
                os.environ.get("TARGET") != "embedded",
            ),
        )
        if not is_there
    }
    config.stash[unproven] = {why: len(tests) for why, tests in left_out.items() if tests}
    items[:] = [item for item in items if not any(item in tests for tests in left_out.values())]
    items.sort(key=_place_of_file)  # stable: within a file, and among all others, nothing changes
    for item in items:
        if item.get_closest_marker(IN_CONTAINERS):
            item.user_properties.append((IN_CONTAINERS, True))  # goes along to the process that reports


def _place_of_file(item: pytest.Item) -> int:
    """Where the item's file stands in SLOW_FILES; behind all of them where it is not listed."""
    return SLOW_FILES.index(item.path.stem) if item.path.stem in SLOW_FILES else len(SLOW_FILES)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how much was proven in containers; name every skip, and what was left out, as not proven."""
    passed = terminalreporter.stats.get("passed", [])
    if count := sum((IN_CONTAINERS, True) in map(tuple, report.user_properties) for report in passed):
        terminalreporter.write_line(f"IN CONTAINERS  {count} tests passed", green=True)
    for why, count in config.stash.get(unproven, {}).items():
        terminalreporter.write_line(f"NOT PROVEN  {why} ({count} tests)", yellow=True)
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.write_line(f"NOT PROVEN  {report.nodeid}: {reason}", yellow=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SharedStarts | None:
    """Hand out whole files so that what is dear to start is started once, not once in each process."""
    return SharedStarts(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Tests that run in several processes are collected there: take over what these left out."""
    node.config.stash[unproven] = getattr(node, "workeroutput", {}).get("unproven", {})


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a green run with skips red when CI=true."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["unproven"] = session.config.stash.get(unproven, {})
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
