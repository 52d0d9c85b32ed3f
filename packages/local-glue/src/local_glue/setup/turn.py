"""One command at a time: a locked file, in which stands whose turn it is."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

PRIVATE = 0o600


@dataclass(frozen=True)
class Owner:
    """The command whose turn it is."""

    command: str
    """As it was typed."""
    pid: int

    def __str__(self) -> str:
        return f"{self.command} (process {self.pid})"


@contextmanager
def turn(
    file: Path, command: str, while_taken: Callable[[Owner], AbstractContextManager[None]]
) -> Iterator[None]:
    """Have the only turn as long as this is entered; the file may stay behind.

    While another command has it, this waits within `while_taken`, which may raise instead.
    """
    file.touch(PRIVATE)
    with file.open("r+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with while_taken(_owner_in(lock) or Owner("another command", 0)):
                fcntl.flock(lock, fcntl.LOCK_EX)

        lock.seek(0)
        lock.truncate()
        lock.write(f"{os.getpid()} {command}")
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def owner_of(file: Path) -> Owner | None:
    """Return whose turn it is; None if it is nobody's, also where a command was killed in its own."""
    if not file.is_file():
        return None

    with file.open(encoding="utf-8") as lock:
        owner = _owner_in(lock)
        if owner is None:
            return None
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return owner
        return None


def _owner_in(lock: TextIO) -> Owner | None:
    pid, _, command = lock.read().partition(" ")
    return Owner(command, int(pid)) if command else None
