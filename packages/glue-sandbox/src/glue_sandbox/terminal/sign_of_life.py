"""Shows that a command is at work while it says nothing: on a terminal a line that moves, in a pipe one line.

Imports and first connections take a second, and many on a busy machine; so does what a command reads between
two lines, and its end. This needs the standard library only: it comes before a command's own imports.
"""

from __future__ import annotations

import atexit
import itertools
import os
import re
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
SECONDS = 0.2
SILENCE = 1.0
"""Seconds without a word after which it comes back; after two of them a pipe that has got nothing is told."""
ERASE_LINE = "\r\x1b[K"
CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
# What may write to the terminal without this process's streams.
OTHERS_BEGIN = frozenset(("subprocess.Popen", "os.posix_spawn", "os.system", "os.fork"))
ANOTHER_PROGRAM = "os.exec"


def is_for_people(words: Sequence[str], environ: Mapping[str, str]) -> bool:
    """Return whether a pipe has no program behind it that reads what the command prints, errors and all."""
    return words[:1] != ["env"] and "--json" not in words and not environ.get("JSON")


class SignOfLife:
    """One line below all that is written, there while nothing is, and gone before anything else comes."""

    def __init__(self, text: str, seconds: float = SECONDS, silence: float = SILENCE) -> None:
        self._text, self._seconds, self._silence = text, seconds, silence
        self._streams = sys.stdout, sys.stderr
        self._watched: tuple[_Watched, ...] = ()
        self._terminal = sys.stderr
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._is_shown = self._has_others = False
        self._at_begin_of_line = True
        self._last = -silence  # so that it is there from the first moment

    def begin(self) -> None:
        """Show it until `end`, but not in the middle of a line, or while another program has the terminal.

        Where the output goes into a pipe it is gone for good with the first that is written.
        """
        # Kept here, too: `print` counts no reference to the stream that it is in the middle of writing to.
        self._watched = tuple(_Watched(stream, self) for stream in self._streams)
        sys.stdout, sys.stderr = self._watched
        is_terminal = self._terminal.isatty()
        if is_terminal:
            sys.addaudithook(self._look_at_others)
        work = self._move if is_terminal else self._say_once
        threading.Thread(target=work, daemon=True).start()
        atexit.register(self.end)

    def end(self) -> None:
        """Take it away for good; twice is harmless."""
        with self._lock:
            if self._ended.is_set():
                return
            self._ended.set()
            self._hide()
        sys.stdout, sys.stderr = self._streams

    def write(self, stream: TextIO, text: str) -> int:
        """Write a text in its place."""
        with self._lock:
            if self._ended.is_set():
                return stream.write(text)
            if not all(each.isatty() for each in self._streams):
                self.end()
                return stream.write(text)

            self._hide()
            self._last = time.monotonic()
            if plain := CODES.sub("", text):
                self._at_begin_of_line = plain[-1] in "\r\n"
            return stream.write(text)

    def _look_at_others(self, event: str, _: tuple[object, ...]) -> None:
        if event == ANOTHER_PROGRAM:
            self.end()
        elif event in OTHERS_BEGIN:
            with self._lock:
                self._has_others = True
                self._last = time.monotonic()
                self._hide()

    def _move(self) -> None:
        for frame in itertools.cycle(FRAMES):
            with self._lock:
                if self._ended.is_set():
                    return
                is_silent = time.monotonic() - self._last >= self._silence
                if is_silent and self._at_begin_of_line and not (self._has_others and others_write()):
                    self._is_shown = True
                    self._print(f"{ERASE_LINE}{frame} {self._text}")
                else:
                    self._hide()
            self._ended.wait(self._seconds)

    def _say_once(self) -> None:
        if not self._ended.wait(2 * self._silence):
            with self._lock:
                if not self._ended.is_set():
                    self._print(f"… still working: {self._text}\n")

    def _hide(self) -> None:
        if self._is_shown:
            self._is_shown = False
            self._print(ERASE_LINE)

    def _print(self, text: str) -> None:
        self._terminal.write(text)
        self._terminal.flush()


def others_write() -> bool:
    """Return whether a process that this one has started may write to the terminal."""
    try:
        return any(_has_terminal(process) for process in _children())
    except OSError:
        return True  # the system does not say


def _children() -> Iterator[str]:
    files = [task / "children" for task in Path("/proc/self/task").iterdir()]
    return (process for file in files for process in file.read_text().split())


def _has_terminal(process: str) -> bool:
    terminal = os.ttyname(sys.__stderr__.fileno()) if sys.__stderr__ else ""
    try:
        return terminal in {str(Path(f"/proc/{process}/fd/{stream}").readlink()) for stream in (1, 2)}
    except OSError:
        return False  # it has ended meanwhile


class _Watched:
    """A stream that lets a sign of life know what is written to it."""

    def __init__(self, stream: TextIO, sign: SignOfLife) -> None:
        self._stream, self._sign = stream, sign

    def write(self, text: str) -> int:
        return self._sign.write(self._stream, text)

    def writelines(self, lines: list[str]) -> None:
        self.write("".join(lines))

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":  # whoever asks for it writes bytes
            self._sign.end()
        return getattr(self._stream, name)
