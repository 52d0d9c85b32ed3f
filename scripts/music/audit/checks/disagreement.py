"""What a check returns for each thing that does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from music.audit.snapshot import AuditSnapshot


@dataclass(frozen=True)
class Disagreement:
    """One thing that does not fit: what it is about, what was expected and found, what to type."""

    key: str
    expected: str
    found: str
    next: str


Check = Callable[[AuditSnapshot], Iterator[Disagreement]]


def recompute_command(date: str) -> str:
    """Return the command that computes one day again, to be typed by the reader."""
    return f"make recompute FROM={date} TO={date}"
