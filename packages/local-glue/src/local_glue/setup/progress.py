"""Shows which steps are at work, for how long, and how much has come: nobody looks at a silent screen."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

TERMINAL_SECONDS, ELSEWHERE_SECONDS = 1.0, 10.0
ERASE_LINE = "\r\x1b[K"
MEGABYTE = 1_000_000


class Progress:
    """One line that is written again on a terminal, else a line now and then; for several threads."""

    def __init__(self, folder: Path, stream: TextIO | None = None, *, seconds: float | None = None) -> None:
        """`folder`: where that lands which is counted. `seconds`: from one line to the next."""
        self._folder, self._stream = folder, stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._seconds = seconds or (TERMINAL_SECONDS if self._is_terminal else ELSEWHERE_SECONDS)
        self._lock = threading.RLock()
        self._began: dict[str, float] = {}
        self._free_before: int | None = None
        self._ended = threading.Event()

    @contextmanager
    def during(self, step: str) -> Iterator[None]:
        """Show a step as long as this is entered."""
        with self._lock:
            if not self._began:
                self._begin_to_tell()
            self._began[step] = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                del self._began[step]
                if not self._began:
                    self._ended.set()
                    self._write(ERASE_LINE if self._is_terminal else "")

    def print(self, text: str) -> None:
        """Print a line that stays."""
        with self._lock:
            self._write(f"{ERASE_LINE if self._is_terminal and self._began else ''}{text}\n")

    def line(self) -> str:
        """Return what is shown now."""
        now = time.monotonic()
        steps = ", ".join(f"{step} {now - began:.0f} s" for step, began in self._began.items())
        come = (self._free_before or 0) - _free_bytes(self._folder)
        return f"  … {steps}" + (f"; {come / MEGABYTE:,.0f} MB so far" if come >= MEGABYTE else "")

    def _begin_to_tell(self) -> None:
        if self._free_before is None:
            self._free_before = _free_bytes(self._folder)
        self._ended = threading.Event()
        threading.Thread(target=self._tell, args=(self._ended,), daemon=True).start()

    def _tell(self, ended: threading.Event) -> None:
        while not ended.wait(self._seconds):
            with self._lock:
                if ended.is_set():
                    return
                if self._is_terminal:
                    width = shutil.get_terminal_size().columns
                    self._write(f"{ERASE_LINE}{self.line()[: width - 1]}")
                else:
                    self._write(f"{self.line()}\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def _free_bytes(folder: Path) -> int:
    """Return what is free on the disk of a folder, also of one that does not exist yet."""
    return shutil.disk_usage(next(each for each in (folder, *folder.parents) if each.exists())).free
