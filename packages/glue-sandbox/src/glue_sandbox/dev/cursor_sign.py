"""A sign of life at the cursor, for programs that write themselves: one character, while nothing is written.

The standard library only: it comes before the imports of what it stands for.
"""

from __future__ import annotations

import atexit
import itertools
import sys
import threading
import time
from pathlib import Path
from typing import Any, TextIO

from glue_sandbox.terminal.sign_of_life import FRAMES, SECONDS, SILENCE

TERMINAL = Path("/dev/tty")


def open_terminal() -> TextIO | None:
    """Return the terminal of this session; None where it has none: then nobody waits before it."""
    try:
        return TERMINAL.open("w", encoding="utf-8")
    except OSError:
        return None


class Sign:
    """One character, there while nothing is written, and gone before anything else comes."""

    def __init__(self, terminal: TextIO, silence: float = SILENCE) -> None:
        self._terminal, self._silence = terminal, silence
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._last = time.monotonic()
        self._is_shown = False

    def begin(self, writer: Any = None) -> None:
        """Watch what a writer of pytest's writes, if there is one by now, and move while it is silent."""
        if writer is not None:
            self._watch(writer)
        threading.Thread(target=self._move, daemon=True).start()

    def _watch(self, writer: Any) -> None:
        write = writer.write

        def watched(*texts: str, **options: Any) -> None:
            with self._lock:
                self._hide()
                self._last = time.monotonic()
                write(*texts, **{**options, "flush": True})

        writer.write = watched

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


class FirstSign:
    """That of the time before a program can have one of its own."""

    def __init__(self) -> None:
        self._sign: Sign | None = None

    def begin(self) -> None:
        """Begin where the output goes to a terminal."""
        terminal = open_terminal() if sys.stdout.isatty() else None
        if terminal is not None:
            self._sign = Sign(terminal, SILENCE)
            self._sign.begin()
            atexit.register(self.end)

    def end(self) -> None:
        """End it; twice is harmless, and so is one that has not begun."""
        if self._sign is not None:
            self._sign.end()


FIRST = FirstSign()
