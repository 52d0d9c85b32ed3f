"""A plugin of pytest: while nothing is written, as while tests are collected, a sign moves at the cursor.

conftest.py names it. What tests print is captured, so it writes to the terminal itself.
"""

from __future__ import annotations

import itertools
import threading
import time
from pathlib import Path
from typing import Any, TextIO

import pytest

from glue_sandbox.terminal.sign_of_life import FRAMES, SECONDS, SILENCE

TERMINAL = Path("/dev/tty")
KEY = pytest.StashKey["Sign"]()


class Sign:
    """One character, there while nothing is written, and gone before anything else comes."""

    def __init__(self, terminal: TextIO, silence: float = SILENCE) -> None:
        self._terminal, self._silence = terminal, silence
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._last = time.monotonic()
        self._is_shown = False

    def begin(self, writer: Any) -> None:
        """Watch what a writer of pytest's writes, and move while it is silent."""
        write = writer.write

        def watched(*texts: str, **options: Any) -> None:
            with self._lock:
                self._hide()
                self._last = time.monotonic()
                write(*texts, **{**options, "flush": True})

        writer.write = watched
        threading.Thread(target=self._move, daemon=True).start()

    def end(self) -> None:
        """Take it away for good."""
        with self._lock:
            self._ended.set()
            self._hide()

    def _move(self) -> None:
        for frame in itertools.cycle(FRAMES):
            with self._lock:
                if self._ended.is_set():
                    return
                if time.monotonic() - self._last >= self._silence:
                    self._is_shown = True
                    self._print(f"{frame}\b")
            self._ended.wait(SECONDS)

    def _hide(self) -> None:
        if self._is_shown:
            self._is_shown = False
            self._print(" \b")

    def _print(self, text: str) -> None:
        self._terminal.write(text)
        self._terminal.flush()


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin in the process that has the terminal, not in those beside it."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if not reporter or not reporter.isatty or hasattr(config, "workerinput"):
        return
    try:
        terminal = TERMINAL.open("w", encoding="utf-8")
    except OSError:
        return  # a terminal of another session: nobody waits before it
    config.stash[KEY] = Sign(terminal)
    config.stash[KEY].begin(config.get_terminal_writer())


def pytest_unconfigure(config: pytest.Config) -> None:
    """End with the tests."""
    if sign := config.stash.get(KEY, None):
        sign.end()
