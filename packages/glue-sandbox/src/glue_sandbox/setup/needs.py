"""Installs the environments that a command needs, and says why one could not be installed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from glue_sandbox.errors import SandboxError
from glue_sandbox.hints import this_command
from glue_sandbox.resources import LOCKS
from local_glue.setup.environments import Environments
from local_glue.setup.install import LOCK, install
from local_glue.setup.report import Report, SetupError, relative_path
from local_glue.setup.turn import owner_of

STARTS = ("up", "demo")
START_LOCK = "lock"  # below the state
OWN = "sandbox"  # of the command line itself, in a checkout
MARKER = ".glue-sandbox"
LOG = "logs/setup.log"


def set_up(home: Path, names: Sequence[str]) -> bool:
    """Install what is missing; return whether anything was.

    Raises:
        SetupError: a step failed; it says what to type next.
    """
    if not names:
        return False
    home.mkdir(parents=True, exist_ok=True)
    (home / MARKER).touch()
    return install(Environments(home, Report(home / LOG), [LOCKS]), names, this_command())


def start_under_way(home: Path, state: Path) -> str:
    """Return which command is starting a sandbox, or sets up what it needs; empty if none is."""
    owners = (owner_of(home / LOCK), owner_of(state / START_LOCK))
    return next((str(owner) for owner in owners if owner and owner.command.split()[-1] in STARTS), "")


def not_running(home: Path, state: Path, found: str, next_command: str) -> SandboxError:
    """Return what a command says that needs a running sandbox: a start under way, else what it has found."""
    expected, start = "a running sandbox", start_under_way(home, state)
    if start:
        return SandboxError(expected, f"a start under way: {start}", "make status, until it is healthy")
    return SandboxError(expected, found, next_command)


def explanation(error: SetupError, home: Path) -> str:
    """Return what people read when a set-up stopped: the reason, the end of its log, and what to type."""
    tail = "".join(f"    {line}\n" for line in error.tail.splitlines())
    return f"set-up stopped: {error}\n{tail}log: {relative_path(home / LOG)}\nnext: {error.next_command}"
