"""The filter language of GetPartitions: a WHERE clause over a table's partition keys.

Source: `Expression` of GetPartitions in the Glue API reference. A key's type decides how it is compared.
"""

import re
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.catalog.partitions.conditions import (
    COMPARE,
    Condition,
    all_of,
    any_of,
    compare,
    is_null,
    like,
    negated,
)
from local_glue.catalog.partitions.values import Key

_DEEPEST = 50
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^']|'')*')
          |(?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
          |(?P<quoted>"[^"]+"|`[^`]+`)
          |(?P<word>\w+(?:\.\w+)?)
          |(?P<sign><>|!=|<=|>=|[=<>(),]))""",
    re.VERBOSE,
)
_INVALID = "Invalid partition expression!"
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_KEYWORDS = ("AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "IS", "NULL")


class _Token(NamedTuple):
    kind: str
    text: str


def compile_filter(expression: str, partition_keys: list[Json]) -> Callable[[list[str]], bool]:
    """Return a test for partition values; raise InvalidInputException for what is no such expression."""
    keys = {
        key["Name"].lower(): Key(key["Name"].lower(), key.get("Type", "string")) for key in partition_keys
    }
    condition = _Parser(expression, keys).parse()
    return lambda values: condition(dict(zip(keys, values, strict=False))) is True


class _Parser:
    """Recursive descent, from OR down to one comparison."""

    def __init__(self, expression: str, keys: dict[str, Key]) -> None:
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
        return any_of(conditions)

    def _all(self) -> Condition:
        conditions = [self._negation()]
        while self._accept("AND"):
            conditions.append(self._negation())
        return all_of(conditions)

    def _negation(self) -> Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._refuse()
        try:
            if self._accept("NOT"):
                return negated(self._negation())
            if not self._wrapped_operand() and self._accept("("):
                condition = self._any()
                self._expect(")")
                return condition
            return self._predicate()
        finally:
            self._depth -= 1

    def _predicate(self) -> Condition:
        if self._is_literal(ahead=self._wrapped_operand()):
            text, sign = self._literal(), self._take().text
            if sign not in COMPARE:
                self._refuse()
            return compare(self._key(), _MIRRORED.get(sign, sign), text)

        key = self._key()
        if self._accept("IS"):
            is_negated = self._accept("NOT")
            self._expect("NULL")
            return negated(is_null(key)) if is_negated else is_null(key)

        is_negated = self._accept("NOT")
        condition = self._set_predicate(key)
        if condition is not None:
            return negated(condition) if is_negated else condition

        sign = self._take().text
        if is_negated or sign not in COMPARE:
            self._refuse()
        return compare(key, sign, self._literal())

    def _set_predicate(self, key: Key) -> Condition | None:
        if self._accept("IN"):
            self._expect("(")
            equal = [compare(key, "=", self._literal())]
            while self._accept(","):
                equal.append(compare(key, "=", self._literal()))
            self._expect(")")
            return any_of(equal)
        if self._accept("BETWEEN"):
            least = compare(key, ">=", self._literal())
            self._expect("AND")
            return all_of([least, compare(key, "<=", self._literal())])
        if self._accept("LIKE"):
            return like(key, self._literal())
        return None

    def _wrapped_operand(self) -> int:
        """Count the parentheses that are next, when all are around one key or literal: `((hour)) = (2)`."""
        count = 0
        while self._peek(count).text == "(":
            count += 1
        end = count + (2 if self._peek(count + 1).kind == "text" else 1)  # DATE '2024-06-25' has two words
        closed = all(self._peek(end + number).text == ")" for number in range(count))
        return count if closed else 0

    def _unwrap(self) -> int:
        count = self._wrapped_operand()
        self._next += count
        return count

    def _is_literal(self, ahead: int = 0) -> bool:
        if self._peek(ahead).text.upper() in ("DATE", "TIMESTAMP") and self._peek(ahead + 1).kind == "text":
            return True
        return self._peek(ahead).kind in ("text", "number")

    def _literal(self) -> str:
        wraps = self._unwrap()
        if not self._is_literal():
            self._refuse()
        token = self._take()
        if token.kind == "word":  # DATE '2024-06-25'
            token = self._take()
        if token.kind == self._peek().kind == "number":  # a date without quotes is arithmetic to AWS
            raise InvalidInputException(_INVALID)
        for _ in range(wraps):
            self._expect(")")
        return token.text[1:-1].replace("''", "'") if token.kind == "text" else token.text

    def _key(self) -> Key:
        wraps = self._unwrap()
        token = self._take()
        if token.kind not in ("word", "quoted") or token.text.upper() in _KEYWORDS:
            self._refuse()
        for _ in range(wraps):
            self._expect(")")
        name = (token.text[1:-1] if token.kind == "quoted" else token.text).lower()
        if name not in self._keys:
            raise InvalidInputException(_INVALID)
        return self._keys[name]
