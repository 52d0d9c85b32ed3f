"""A command run as people run it: on a terminal of some width, where one can see how long it says nothing."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from terminal_screen import shown_on

ROWS = 50


@dataclass(frozen=True)
class Watched:
    """What a command left on the terminal, and how it went."""

    screen: str
    code: int
    longest_silence: float
    """Seconds, from the start to the end."""
    said_before: str
    """The end of what it had written then."""


def watch(
    argv: Sequence[str], width: int, environment: Mapping[str, str], folder: Path, seconds: float
) -> Watched:
    """Run a command on a terminal of its own.

    Raises:
        TimeoutError: it did not end in time; it is killed then.
    """
    process, terminal = pty.fork()
    if process == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, width, 0, 0))
        os.chdir(folder)
        os.execvpe(argv[0], list(argv), {**environment, "TERM": "xterm"})  # noqa: S606

    written, silences = b"", []
    deadline, last = time.monotonic() + seconds, time.monotonic()
    while data := _read(terminal, deadline - time.monotonic()):
        now = time.monotonic()
        silences.append((now - last, written[-200:]))
        written, last = written + data, now

    if data is None:
        os.kill(process, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    os.close(terminal)
    if data is None:
        raise TimeoutError(f"{' '.join(argv)} had not ended after {seconds:g} s:\n{written.decode()[-2000:]}")

    silence, before = max((*silences, (time.monotonic() - last, written[-200:])))
    screen = shown_on(width, written.decode(errors="replace"))
    return Watched(screen, code, silence, before.decode(errors="replace"))


def _read(terminal: int, seconds: float) -> bytes | None:
    """Return what is written next, nothing at the end, None if it does not come in time."""
    if not select.select([terminal], [], [], max(0.0, seconds))[0]:
        return None
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""  # as Linux tells of the end
