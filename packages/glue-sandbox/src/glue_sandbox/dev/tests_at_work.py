"""A plugin of pytest: while nothing is written, as while tests are collected, a sign moves at the cursor.

conftest.py names it. What tests print is captured, so it writes to the terminal itself.
"""

from __future__ import annotations

import pytest

from glue_sandbox.dev.cursor_sign import FIRST, Sign, open_terminal

KEY = pytest.StashKey[Sign]()


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin in the process that has the terminal, not in those beside it."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if not reporter or not reporter.isatty or hasattr(config, "workerinput"):
        return
    FIRST.end()
    terminal = open_terminal()
    if terminal is None:
        return
    config.stash[KEY] = Sign(terminal)
    config.stash[KEY].begin(config.get_terminal_writer())


def pytest_unconfigure(config: pytest.Config) -> None:
    """End with the tests."""
    if sign := config.stash.get(KEY, None):
        sign.end()
