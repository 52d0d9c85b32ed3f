"""When a scheduled crawler runs: AWS's cron expressions, in UTC.

Source: "Time-based schedules for jobs and crawlers" in the Glue developer guide:
`cron(minutes hours day-of-month month day-of-week year)`, Sunday is day 1.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from local_service.errors import InvalidInputException

_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
# The fields in their order: name, least, most, names of values (the first stands for the least).
_FIELDS: tuple[tuple[str, int, int, list[str]], ...] = (
    ("minutes", 0, 59, []),
    ("hours", 0, 23, []),
    ("day-of-month", 1, 31, []),
    ("month", 1, 12, _MONTHS),
    ("day-of-week", 1, 7, _DAYS),
    ("year", 1970, 2199, []),
)
_STEP = re.compile(r"(\*|\w+(?:-\w+)?)(?:/(\d+))?")


@dataclass(frozen=True)
class Schedule:
    """The values of each field at which a crawl starts."""

    fields: tuple[frozenset[int], ...]

    def matches(self, moment: datetime) -> bool:
        """Tell whether a crawl starts in this minute."""
        week_day = moment.isoweekday() % 7 + 1
        values = (moment.minute, moment.hour, moment.day, moment.month, week_day, moment.year)
        return all(value in field for value, field in zip(values, self.fields, strict=True))


def parse_schedule(expression: str) -> Schedule:
    """Read `cron(…)`, or raise InvalidInputException."""
    found = re.fullmatch(r"\s*cron\((.*)\)\s*", expression)
    texts = found[1].split() if found else []
    if len(texts) != len(_FIELDS):
        raise InvalidInputException(f"Invalid cron expression: {expression}")
    if (texts[2] == "?") == (texts[4] == "?"):
        # Quartz, which reads them on AWS, wants a question mark in exactly one of the two.
        raise InvalidInputException(
            f"Invalid cron expression: {expression} needs ? as day-of-month or as day-of-week, not as both"
        )
    return Schedule(
        tuple(_values(text, *field, expression) for text, field in zip(texts, _FIELDS, strict=True))
    )


def _values(text: str, name: str, least: int, most: int, names: list[str], expression: str) -> frozenset[int]:
    def number(word: str) -> int:
        value = names.index(word.upper()) + least if word.upper() in names else int(word)
        if not least <= value <= most:
            raise ValueError(word)
        return value

    chosen: set[int] = set()
    for part in ("*" if text == "?" else text).split(","):
        found = _STEP.fullmatch(part)
        try:
            if not found:
                raise ValueError(part)
            span, step = found[1], int(found[2] or 1)
            first, _, last = (str(least), "-", str(most)) if span == "*" else span.partition("-")
            end = number(last) if last else most if found[2] else number(first)
            chosen.update(range(number(first), end + 1, step))
        except ValueError as error:
            raise InvalidInputException(
                f"Invalid cron expression: {expression}: can't read {text} as {name} "
                "(the local Glue service has no L, W and #)"
            ) from error
    return frozenset(chosen)
