"""Shows on a terminal that a command has begun, from before its imports until it says something itself.

Imports and first connections take a second, and many on a busy machine; this needs the standard library only.
"""

from __future__ import annotations

import itertools
import sys
import threading
from typing import Any, TextIO

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
SECONDS = 0.2
ERASE_LINE = "\r\x1b[K"
# What writes to the terminal without this process's streams.
OTHERS_WRITE = frozenset(("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.fork"))


class SignOfLife:
    """One line that moves, and is gone before anything else is written."""

    def __init__(self, text: str, seconds: float = SECONDS) -> None:
        self._text, self._seconds = text, seconds
        self._streams = sys.stdout, sys.stderr
        self._watched: tuple[_Watched, ...] = ()
        self._terminal = sys.stderr
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def begin(self) -> None:
        """Show it, and take it away with the first that is written; nothing where no terminal is."""
        if not self._terminal.isatty():
            self._ended.set()
            return
        # Kept here, too: `print` counts no reference to the stream that it is in the middle of writing to.
        self._watched = tuple(_Watched(stream, self.end) for stream in self._streams)
        sys.stdout, sys.stderr = self._watched
        sys.addaudithook(self._others_write)
        threading.Thread(target=self._move, daemon=True).start()

    def end(self) -> None:
        """Take it away; twice is harmless."""
        if self._ended.is_set():
            return
        with self._lock:
            self._ended.set()
            self._write(ERASE_LINE)
        sys.stdout, sys.stderr = self._streams

    def _others_write(self, event: str, _: tuple[object, ...]) -> None:
        if event in OTHERS_WRITE:
            self.end()

    def _move(self) -> None:
        for frame in itertools.cycle(FRAMES):
            with self._lock:
                if self._ended.is_set():
                    return
                self._write(f"{ERASE_LINE}{frame} {self._text}")
            self._ended.wait(self._seconds)

    def _write(self, text: str) -> None:
        self._terminal.write(text)
        self._terminal.flush()


class _Watched:
    """A stream that tells of the first that is written to it, for whoever has kept it also later."""

    def __init__(self, stream: TextIO, before_first: Any) -> None:
        self._stream, self._before_first = stream, before_first

    def write(self, text: str) -> int:
        self._before_first()
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":  # whoever asks for it writes bytes
            self._before_first()
        return getattr(self._stream, name)
