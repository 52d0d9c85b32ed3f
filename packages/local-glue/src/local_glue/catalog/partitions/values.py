"""Values of partition keys: read as the key's type says, refused with AWS's words."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from local_glue.api.errors import InvalidInputException, InvalidStateException

Row = dict[str, str]  # a partition's values, by the names of its keys

_NULL = "__HIVE_DEFAULT_PARTITION__"
WHOLE_NUMBERS = ("tinyint", "smallint", "int", "integer", "bigint", "long")
TEXTS = ("string", "char", "varchar")
_TIMESTAMP = re.compile(r"(\d{4}-\d{2}-\d{2} \d{1,2}:\d{2}:\d{2})(?:\.(\d{1,9}))?")


@dataclass(frozen=True)
class Key:
    """A partition key: how its values are read."""

    name: str
    type: str

    @property
    def plain_type(self) -> str:
        """The type without its length: `decimal` of `decimal(10,2)`."""
        return self.type.lower().partition("(")[0]

    def literal(self, text: str) -> Any:
        """Read a literal of an expression.

        Raises:
            InvalidInputException: it is none of the key's type.
        """
        try:
            return self._cast(text)
        except ValueError as error:
            raise InvalidInputException(str(error)) from error

    def value(self, row: Row) -> Any:
        """Read a partition's value; None for NULL.

        Raises:
            InvalidStateException: what is stored is no value of the key's type.
        """
        if row[self.name] == _NULL:
            return None
        try:
            return self._cast(row[self.name])
        except ValueError as error:
            raise InvalidStateException(str(error)) from error

    def _cast(self, text: str) -> Any:
        if self.plain_type in TEXTS:
            return text
        if self.plain_type in WHOLE_NUMBERS:
            return _whole_number(text)
        if self.plain_type == "decimal":
            return _decimal(text)
        if self.plain_type == "date":
            return _date(text)
        if self.plain_type == "timestamp":
            return _timestamp(text)
        raise InvalidInputException(f"Unknown type : '{self.type}'")


def _whole_number(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,19}", text):
        raise ValueError(f'For input string: "{text}" is not an integer.')
    return int(text)


def _decimal(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text} is not a decimal.") from error
    if not found.is_finite():
        raise ValueError(f"{text} is not a decimal.")
    return found


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text} is not a date.") from error


def _timestamp(text: str) -> tuple[datetime, int]:
    """Return the second and the nanoseconds in it, which Python's datetime has no room for."""
    found = _TIMESTAMP.fullmatch(text)
    try:
        if found:
            second = datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - Hive's have no zone
            return second, int((found[2] or "0").ljust(9, "0"))
    except ValueError:
        found = None  # such as the 31st of June: the same words as for any other text
    raise ValueError(f"Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff] {text} is not a timestamp.")
