"""When a scheduled crawler runs: AWS's cron expressions, in UTC.

Source: "Time-based schedules for jobs and crawlers" in the Glue developer guide:
`cron(minutes hours day-of-month month day-of-week year)`, Sunday is day 1. L is the last day of the month (or
of a weekday, as in 6L), W the weekday nearest to a day, # the how-manieth weekday of the month.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from local_glue.api.errors import InvalidInputException

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
_NEAREST = re.compile(r"(\d+|L)W")
_NUMBERED = re.compile(r"(\w+)#([1-5])")
_LAST = re.compile(r"(\w+)L")

Rule = Callable[[datetime], bool]


@dataclass(frozen=True)
class Schedule:
    """The values of each field at which a crawl starts; for days that depend on the month, a rule."""

    fields: tuple[frozenset[int] | Rule, ...]

    def matches(self, moment: datetime) -> bool:
        """Return whether a crawl starts in this minute."""
        values = (moment.minute, moment.hour, moment.day, moment.month, _week_day(moment), moment.year)
        return all(
            field(moment) if callable(field) else value in field
            for value, field in zip(values, self.fields, strict=True)
        )


def parse_schedule(expression: str) -> Schedule:
    """Read `cron(…)`.

    Raises:
        InvalidInputException: it is no cron expression of AWS; says what is wrong in it.
    """
    found = re.fullmatch(r"\s*cron\((.*)\)\s*", expression)
    texts = found[1].split() if found else []
    if len(texts) != len(_FIELDS):
        raise InvalidInputException(f"Invalid cron expression: {expression}")
    if (texts[2] == "?") == (texts[4] == "?"):
        # Quartz, which reads them on AWS, wants a question mark in exactly one of the two.
        raise InvalidInputException(
            f"Invalid cron expression: {expression} needs ? as day-of-month or as day-of-week, not as both"
        )

    fields: list[frozenset[int] | Rule] = []
    for text, (name, least, most, names) in zip(texts, _FIELDS, strict=True):
        try:
            fields.append(_rule(text.upper(), name) or _values(text, name, least, most, names))
        except ValueError as error:
            raise InvalidInputException(
                f"Invalid cron expression: {expression}: can't read {text} as {name}"
            ) from error

    return Schedule(tuple(fields))


def _rule(text: str, name: str) -> Rule | None:
    """Read what depends on the month: L, LW and 15W as day-of-month, 6L and 6#3 as day-of-week."""
    if name == "day-of-month":
        if text == "L":
            return lambda moment: moment.day == _last_day(moment)
        if nearest := _NEAREST.fullmatch(text):
            day = None if nearest[1] == "L" else _number(nearest[1], 1, 31, [])
            return lambda moment: moment.day == _nearest_week_day(moment, day or _last_day(moment))
    if name == "day-of-week":
        if numbered := _NUMBERED.fullmatch(text):
            which, count = _number(numbered[1], 1, 7, _DAYS), int(numbered[2])
            return lambda moment: _week_day(moment) == which and (moment.day - 1) // 7 + 1 == count
        if last := _LAST.fullmatch(text):
            of_week = _number(last[1], 1, 7, _DAYS)
            return lambda moment: _week_day(moment) == of_week and moment.day + 7 > _last_day(moment)
    return None


def _values(text: str, name: str, least: int, most: int, names: list[str]) -> frozenset[int]:
    if text.upper() == "L" and name == "day-of-week":
        return frozenset({most})  # alone it is Saturday

    chosen: set[int] = set()
    for part in ("*" if text == "?" else text).split(","):
        found = _STEP.fullmatch(part)
        if not found:
            raise ValueError(part)

        span, step = found[1], int(found[2] or 1)
        first, _, last = (str(least), "-", str(most)) if span == "*" else span.partition("-")
        start = _number(first, least, most, names)
        end = _number(last, least, most, names) if last else most if found[2] else start
        if end < start:  # FRI-MON, 22-2
            if name == "year":
                raise ValueError(part)
            end += most - least + 1

        chosen.update((value - least) % (most - least + 1) + least for value in range(start, end + 1, step))

    return frozenset(chosen)


def _number(word: str, least: int, most: int, names: list[str]) -> int:
    value = names.index(word.upper()) + least if word.upper() in names else int(word)
    if not least <= value <= most:
        raise ValueError(word)
    return value


def _week_day(moment: datetime) -> int:
    return moment.isoweekday() % 7 + 1


def _last_day(moment: datetime) -> int:
    return monthrange(moment.year, moment.month)[1]


def _nearest_week_day(moment: datetime, day: int) -> int:
    """Return the weekday nearest to a day, in the same month; 0 when the month has no such day."""
    last = _last_day(moment)
    if day > last:
        return 0
    week_day = moment.replace(day=day).isoweekday()
    if week_day == 6:
        return day - 1 if day > 1 else day + 2
    if week_day == 7:
        return day + 1 if day < last else day - 2
    return day
