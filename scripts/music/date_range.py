"""The days that a command is asked about, FROM= and TO=."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from glue_sandbox.errors import SandboxError

MOST_DAYS = 3660


@dataclass(frozen=True)
class DaySpan:
    """The days from `first` to `last`, both included; None leaves that end open."""

    first: str | None
    last: str | None

    @classmethod
    def checked(cls, command: str, first: str | None, last: str | None) -> DaySpan | None:
        """The span, None if neither end is given; SandboxError if one is no day."""
        for name, day in (("FROM", first), ("TO", last)):
            if day and not _is_day(day):
                raise SandboxError(f"{name} as a day", f"{name}={day}", f"{command} {name}=2024-06-25")
        if first and last and first > last:
            raise SandboxError(
                "FROM before TO", f"FROM={first} TO={last}", f"{command} FROM={last} TO={first}"
            )
        return cls(first or None, last or None) if first or last else None

    def __contains__(self, day: str) -> bool:
        return (self.first or day) <= day <= (self.last or day)

    def __str__(self) -> str:
        return f"{self.first or '…'} to {self.last or '…'}"

    def calendar(self) -> list[str]:
        """Each of its days, if both ends are given."""
        if not self.first or not self.last:
            return []
        start = date.fromisoformat(self.first)
        count = (date.fromisoformat(self.last) - start).days + 1
        return [(start + timedelta(number)).isoformat() for number in range(min(count, MOST_DAYS))]


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
