"""The days that a command is asked about, FROM= and TO=."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from glue_sandbox.errors import SandboxError

MOST_DAYS = 3660


def checked_day(command: str, name: str, day: str | None) -> str | None:
    """Return the day itself, `2024-06-25`; None for none.

    Raises:
        SandboxError: it is no day in that form; the next command is `command` with one that is.
    """
    if not day:
        return None
    try:
        is_day = date.fromisoformat(day).isoformat() == day
    except ValueError:
        is_day = False
    if not is_day:
        raise SandboxError(f"{name} as a day", f"{name}={day}", f"{command} {name}=2024-06-25")
    return day


@dataclass(frozen=True)
class DateRange:
    """The days from `first` to `last`, both included; None leaves that end open."""

    first: str | None
    last: str | None

    @classmethod
    def checked(cls, command: str, first: str | None, last: str | None) -> DateRange:
        """Return the days that FROM= and TO= of a command name.

        Raises:
            SandboxError: one of them is no day, or FROM is after TO.
        """
        start, end = checked_day(command, "FROM", first), checked_day(command, "TO", last)
        if start and end and start > end:
            raise SandboxError("FROM before TO", f"FROM={start} TO={end}", f"{command} FROM={end} TO={start}")
        return cls(start, end)

    def __bool__(self) -> bool:
        """Return whether this leaves any day out."""
        return bool(self.first or self.last)

    def __contains__(self, day: str) -> bool:
        return (self.first or day) <= day <= (self.last or day)

    def __str__(self) -> str:
        return f"{self.first or '…'} to {self.last or '…'}"

    def calendar(self) -> list[str]:
        """Return each of its days, if both ends are given."""
        if not self.first or not self.last:
            return []
        start = date.fromisoformat(self.first)
        count = (date.fromisoformat(self.last) - start).days + 1
        return [(start + timedelta(number)).isoformat() for number in range(min(count, MOST_DAYS))]


EVERY_DAY = DateRange(None, None)
