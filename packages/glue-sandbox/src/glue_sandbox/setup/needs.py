"""Installs the environments that a command needs, and says why one could not be installed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from glue_sandbox.resources import LOCKS
from local_glue.setup.environments import Environments
from local_glue.setup.install import install
from local_glue.setup.report import Report, SetupError, relative_path

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
    return install(Environments(home, Report(home / LOG), [LOCKS]), names)


def explanation(error: SetupError, home: Path) -> str:
    """Return what people read when a set-up stopped: the reason, the end of its log, and what to type."""
    tail = "".join(f"    {line}\n" for line in error.tail.splitlines())
    return f"set-up stopped: {error}\n{tail}log: {relative_path(home / LOG)}\nnext: {error.next_command}"
