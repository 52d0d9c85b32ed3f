"""The filter language of GetPartitions: a WHERE clause over a table's partition keys.

Source: `Expression` of GetPartitions in the Glue API reference. A key's type decides how it is compared;
`__HIVE_DEFAULT_PARTITION__` is NULL, and NULL is neither equal nor unequal to anything.
"""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, NoReturn

from local_service.errors import InvalidInputException, InvalidStateException
from local_service.model import Json

Truth = bool | None  # None is SQL's UNKNOWN
Row = dict[str, str]  # a partition's values, by the names of its keys
Condition = Callable[[Row], Truth]

_NULL = "__HIVE_DEFAULT_PARTITION__"
_DEEPEST = 50
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^']|'')*')
          |(?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
          |(?P<quoted>"[^"]+"|`[^`]+`)
          |(?P<word>\w+(?:\.\w+)?)
          |(?P<sign><>|!=|<=|>=|[=<>(),]))""",
    re.VERBOSE,
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_KEYWORDS = ("AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "IS", "NULL")
_WHOLE_NUMBERS = ("tinyint", "smallint", "int", "integer", "bigint", "long")
_TEXTS = ("string", "char", "varchar")
_TIMESTAMP = re.compile(r"(\d{4}-\d{2}-\d{2} \d{1,2}:\d{2}:\d{2})(?:\.(\d{1,9}))?")


class _Token(NamedTuple):
    kind: str
    text: str


@dataclass(frozen=True)
class _Key:
    """A partition key: how its values are read."""

    name: str
    type: str

    def literal(self, text: str) -> Any:
        """Read a literal of the expression."""
        try:
            return _cast(text, self.type)
        except ValueError as error:
            raise InvalidInputException(str(error)) from error

    def value(self, row: Row) -> Any:
        """Read a partition's value; None for NULL."""
        if row[self.name] == _NULL:
            return None
        try:
            return _cast(row[self.name], self.type)
        except ValueError as error:
            raise InvalidStateException(str(error)) from error


def compile_filter(expression: str, partition_keys: list[Json]) -> Callable[[list[str]], bool]:
    """Give a test for partition values; raise InvalidInputException for what is no such expression."""
    keys = {
        key["Name"].lower(): _Key(key["Name"].lower(), key.get("Type", "string")) for key in partition_keys
    }
    condition = _Parser(expression, keys).parse()
    return lambda values: condition(dict(zip(keys, values, strict=False))) is True


class _Parser:
    """Recursive descent, from OR down to one comparison."""

    def __init__(self, expression: str, keys: dict[str, _Key]) -> None:
        self._expression = expression
        self._keys = keys
        self._tokens = self._split()
        self._next = 0
        self._depth = 0

    def parse(self) -> Condition:
        condition = self._any()
        if self._next < len(self._tokens):
            self._refuse()
        return condition

    def _split(self) -> list[_Token]:
        tokens, position, end = [], 0, len(self._expression.rstrip())
        while position < end:
            found = _TOKEN.match(self._expression, position)
            if not found or not found.lastgroup:
                self._refuse()
            tokens.append(_Token(found.lastgroup, found[found.lastgroup]))
            position = found.end()
        return tokens

    def _refuse(self) -> NoReturn:
        raise InvalidInputException(f"Unsupported expression '{self._expression}'")

    def _peek(self, ahead: int = 0) -> _Token:
        number = self._next + ahead
        return self._tokens[number] if number < len(self._tokens) else _Token("end", "")

    def _take(self) -> _Token:
        token = self._peek()
        self._next += 1
        return token

    def _accept(self, *texts: str) -> bool:
        """Step over these keywords or signs when they are next."""
        found = [self._peek(number) for number in range(len(texts))]
        if any(token.kind not in ("word", "sign") for token in found):
            return False
        if tuple(token.text.upper() for token in found) != texts:
            return False
        self._next += len(texts)
        return True

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            self._refuse()

    def _any(self) -> Condition:
        conditions = [self._all()]
        while self._accept("OR"):
            conditions.append(self._all())
        return conditions[0] if len(conditions) == 1 else lambda row: _or([each(row) for each in conditions])

    def _all(self) -> Condition:
        conditions = [self._negation()]
        while self._accept("AND"):
            conditions.append(self._negation())
        if len(conditions) == 1:
            return conditions[0]
        return lambda row: _not(_or([_not(each(row)) for each in conditions]))

    def _negation(self) -> Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._refuse()
        try:
            if self._accept("NOT"):
                inner = self._negation()
                return lambda row: _not(inner(row))
            if self._accept("("):
                condition = self._any()
                self._expect(")")
                return condition
            return self._predicate()
        finally:
            self._depth -= 1

    def _predicate(self) -> Condition:
        if self._is_literal():
            text, sign = self._literal(), self._take().text
            if sign not in _COMPARE:
                self._refuse()
            return _compare(self._key(), _MIRRORED.get(sign, sign), text)
        key = self._key()
        if self._accept("IS"):
            is_negated = self._accept("NOT")
            self._expect("NULL")
            return lambda row: (key.value(row) is None) is not is_negated
        is_negated = self._accept("NOT")
        condition = self._set_predicate(key)
        if condition is not None:
            return (lambda row: _not(condition(row))) if is_negated else condition
        sign = self._take().text
        if is_negated or sign not in _COMPARE:
            self._refuse()
        return _compare(key, sign, self._literal())

    def _set_predicate(self, key: _Key) -> Condition | None:
        if self._accept("IN"):
            self._expect("(")
            texts = [self._literal()]
            while self._accept(","):
                texts.append(self._literal())
            self._expect(")")
            equals = [_compare(key, "=", text) for text in texts]
            return lambda row: _or([each(row) for each in equals])
        if self._accept("BETWEEN"):
            least = _compare(key, ">=", self._literal())
            self._expect("AND")
            most = _compare(key, "<=", self._literal())
            return lambda row: _not(_or([_not(least(row)), _not(most(row))]))
        if self._accept("LIKE"):
            return _like(key, self._literal())
        return None

    def _is_literal(self) -> bool:
        if self._peek().text.upper() in ("DATE", "TIMESTAMP") and self._peek(1).kind == "text":
            return True
        return self._peek().kind in ("text", "number")

    def _literal(self) -> str:
        if not self._is_literal():
            self._refuse()
        token = self._take()
        if token.kind == "word":  # DATE '2024-06-25'
            token = self._take()
        return token.text[1:-1].replace("''", "'") if token.kind == "text" else token.text

    def _key(self) -> _Key:
        token = self._take()
        if token.kind not in ("word", "quoted") or token.text.upper() in _KEYWORDS:
            self._refuse()
        name = (token.text[1:-1] if token.kind == "quoted" else token.text).lower()
        if name not in self._keys:
            raise InvalidInputException(f"Unknown column '{name}'")
        return self._keys[name]


def _compare(key: _Key, sign: str, text: str) -> Condition:
    wanted, compare = key.literal(text), _COMPARE[sign]

    def condition(row: Row) -> Truth:
        value = key.value(row)
        return None if value is None else compare(value, wanted)

    return condition


def _like(key: _Key, text: str) -> Condition:
    if key.type.partition("(")[0] not in _TEXTS:
        kind = "Integral" if key.type in _WHOLE_NUMBERS else key.type.partition("(")[0].capitalize()
        raise InvalidInputException(f"{kind} data type doesn't support operation 'LIKE'")
    wildcards = {"%": ".*", "_": "."}
    pattern = re.compile("".join(wildcards.get(letter, re.escape(letter)) for letter in text), re.DOTALL)

    def condition(row: Row) -> Truth:
        value = key.value(row)
        return None if value is None else pattern.fullmatch(value) is not None

    return condition


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _or(truths: list[Truth]) -> Truth:
    if True in truths:
        return True
    return None if None in truths else False


def _cast(text: str, type_name: str) -> Any:
    """Read a value of a key's type; raise ValueError with AWS's words."""
    plain = type_name.lower().partition("(")[0]
    if plain in _TEXTS:
        return text
    if plain in _WHOLE_NUMBERS:
        return _whole_number(text)
    if plain == "decimal":
        return _decimal(text)
    if plain == "date":
        return _date(text)
    if plain == "timestamp":
        return _timestamp(text)
    raise InvalidInputException(f"Unknown type : '{type_name}'")


def _whole_number(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,19}", text):
        raise ValueError(f'"{text}" is not an integer.')
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
    """Give the second and the nanoseconds in it, which Python's datetime has no room for."""
    found = _TIMESTAMP.fullmatch(text)
    try:
        if found:
            second = datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - Hive's have no zone
            return second, int((found[2] or "0").ljust(9, "0"))
    except ValueError:
        found = None  # such as the 31st of June: the same words as for any other text
    raise ValueError(f"Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff] {text} is not a timestamp.")
