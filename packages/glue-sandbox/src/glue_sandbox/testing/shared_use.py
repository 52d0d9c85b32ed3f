"""One sandbox for all sessions of tests that use it at once, as the workers of pytest-xdist do."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

USERS, TURN = "tests.users", "tests.turn"
STARTED = "tests.started"
"""Which sandbox a session of tests has started: only what they started is theirs to stop."""


@contextmanager
def shared_use(
    state: Path, running: Callable[[], str], start: Callable[[], None], stop: Callable[[], object]
) -> Iterator[None]:
    """Call `start` in one session after the other, and `stop` in the last one if one of them started it.

    `running` tells which sandbox runs, empty if none does.
    """
    started = state / STARTED
    with (state / USERS).open("a") as users:
        with _alone(state):
            _start(started, running, start, stop)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield
        finally:
            with _alone(state):
                if _is_last(users) and started.is_file() and started.read_text() == running():
                    stop()


def _start(
    started: Path, running: Callable[[], str], start: Callable[[], None], stop: Callable[[], object]
) -> None:
    """Start it, or bring one that runs up to date; a start that failed leaves nothing of its own running."""
    ran_before = running()
    try:
        start()
    except BaseException:
        if not ran_before:
            stop()
        raise
    if not ran_before:
        started.write_text(running())


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """Keep other sessions of tests from starting or ending meanwhile."""
    with (state / TURN).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_last(users: TextIO) -> bool:
    """Whether no other session uses the sandbox; this one does no more."""
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
