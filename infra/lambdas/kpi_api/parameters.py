"""Parameters of the routes: how each is read, what is refused, and how it is described."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from .web import Problem

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
LONGEST_SPAN_DAYS = 366
MOST_ITEMS, USUAL_ITEMS = 1000, 100
MOST_HOURS, USUAL_HOURS = 14 * 24, 24
KINDS = ("streams", "songs", "users", "folder_marker", "side_file")
_DAY_SCHEMA = {"type": "string", "format": "date", "example": "2024-06-25"}


@dataclass(frozen=True)
class Parameter:
    """One parameter; `read` returns its value, or raises a Problem."""

    name: str
    description: str
    schema: Mapping[str, Any]
    read: Callable[[str, str], Any]
    is_required: bool = False
    default: Any = None
    is_in_path: bool = False


def read_day(name: str, text: str) -> str:
    """Return a day that exists, as it is written in the tables.

    Raises:
        Problem: it is written otherwise, or there is no such day.
    """
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise Problem(
            400, f"{name} to be a day that exists", f"{text}: {error}", "a day such as 2024-06-25"
        ) from None
    raise Problem(400, f"{name} as YYYY-MM-DD", _shown(text), "a day such as 2024-06-25")


def read_text(longest: int) -> Callable[[str, str], str]:
    """Return a reader of texts of up to so many bytes, as keys of the tables hold them."""

    def read(name: str, text: str) -> str:
        size = len(text.encode())
        if not 0 < size <= longest:
            raise Problem(
                400, f"{name} of 1 to {longest} bytes", f"{size} bytes", f"{name}= as the tables have it"
            )
        return text

    return read


def read_number(most: int, usual: int) -> Callable[[str, str], int]:
    """Return a reader of whole numbers from 1 to `most`."""

    def read(name: str, text: str) -> int:
        if re.fullmatch(r"\d{1,4}", text, re.ASCII) and 1 <= int(text) <= most:
            return int(text)
        raise Problem(400, f"{name} from 1 to {most}", _shown(text), f"{name}={usual}")

    return read


def read_kind(name: str, text: str) -> str:
    """Return a kind of delivered files.

    Raises:
        Problem: there is no such kind.
    """
    if text in KINDS:
        return text
    raise Problem(400, f"{name} to be one of {', '.join(KINDS)}", _shown(text), f"{name}={KINDS[0]}")


def read_parameters(
    wanted: Sequence[Parameter], in_path: Mapping[str, str], query: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Return the values of a route's parameters by name; a default where one was left out.

    Raises:
        Problem: one is missing, unknown, given twice or wrong, or the span is.
    """
    given = dict(in_path)
    known = {each.name for each in wanted if not each.is_in_path}
    for name, value in query:
        if name not in known:
            names = ", ".join(sorted(known)) or "no parameter"
            raise Problem(400, f"{names} in the query", _shown(name), f"leave {_shown(name)} out")
        if name in given:
            raise Problem(400, f"{name} once", "more than one", f"leave all but one {name} out")
        given[name] = value

    values = {
        each.name: each.read(each.name, given[each.name]) if each.name in given else each.default
        for each in wanted
    }
    missing = [each.name for each in wanted if each.is_required and each.name not in given]
    if missing:
        raise Problem(400, f"a parameter {missing[0]}", "none", f"add {missing[0]}= to the query")
    _require_span(values)
    return values


def _require_span(values: Mapping[str, Any]) -> None:
    first, last = values.get("from"), values.get("to")
    if not first or not last:
        return
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    if days < 1:
        raise Problem(400, "from no later than to", f"from {first}, to {last}", "exchange the two")
    if days > LONGEST_SPAN_DAYS:
        raise Problem(
            400, f"at most {LONGEST_SPAN_DAYS} days", f"{days} days", f"ask for {first} and later in parts"
        )


def _shown(text: str) -> str:
    """A value in an error: short, whatever was sent."""
    return repr(text[:60])


def _text(name: str, description: str, longest: int, example: str) -> Parameter:
    """Return a parameter whose text is part of a key of the tables, of up to so many bytes."""
    schema = {"type": "string", "minLength": 1, "maxLength": longest, "example": example}
    return Parameter(name, description, schema, read_text(longest), is_required=True)


def _number(name: str, description: str, most: int, usual: int) -> Parameter:
    schema = {"type": "integer", "minimum": 1, "maximum": most, "default": usual}
    return Parameter(name, description, schema, read_number(most, usual), default=usual)


DATE = Parameter("date", "The day, in UTC.", _DAY_SCHEMA, read_day, is_required=True, is_in_path=True)
FROM = Parameter("from", "The first day.", _DAY_SCHEMA, read_day, is_required=True)
TO = Parameter(
    "to", f"The last day; at most {LONGEST_SPAN_DAYS} days.", _DAY_SCHEMA, read_day, is_required=True
)
SINCE = Parameter("from", "The first day; without it, the first there is.", _DAY_SCHEMA, read_day)
UNTIL = Parameter("to", "The last day; without it, the last there is.", _DAY_SCHEMA, read_day)
DELIVERED = Parameter("delivered", "The day of the delivery; without it, all.", _DAY_SCHEMA, read_day)
GENRE = _text("genre", "The genre, percent-encoded: it may hold any character.", 900, "hip-hop")
TRACK = _text("track_id", "The track's id.", 1024, "5SuOikwiRyPMVoIQDJUgSV")
KIND = Parameter(
    "kind", "The kind of files.", {"type": "string", "enum": list(KINDS)}, read_kind, default=KINDS[0]
)
LIMIT = _number("limit", "How many items at most.", MOST_ITEMS, USUAL_ITEMS)
HOURS = _number("hours", "Of how many hours, up to now.", MOST_HOURS, USUAL_HOURS)
CURSOR = Parameter(
    "cursor",
    "`next_cursor` of the part before; it is good for this list alone.",
    {"type": "string", "minLength": 1},
    lambda _, text: text,
)
