"""Conditions over a partition's values, in SQL's logic: NULL is neither equal nor unequal to anything."""

import operator
import re
from collections.abc import Callable
from typing import Any

from local_glue.api.errors import InvalidInputException
from local_glue.catalog.partitions.values import TEXTS, WHOLE_NUMBERS, Key, Row

Truth = bool | None  # None is SQL's UNKNOWN
Condition = Callable[[Row], Truth]

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compare(key: Key, sign: str, text: str) -> Condition:
    """A key against a literal, by one of COMPARE."""
    wanted, function = key.literal(text), COMPARE[sign]

    def condition(row: Row) -> Truth:
        value = key.value(row)
        return None if value is None else function(value, wanted)

    return condition


def like(key: Key, text: str) -> Condition:
    """A key of text against a pattern of `%` and `_`, of which none can be meant as itself.

    Raises:
        InvalidInputException: the key is none of text.
    """
    if key.plain_type not in TEXTS:
        kind = "Integral" if key.plain_type in WHOLE_NUMBERS else key.plain_type.capitalize()
        raise InvalidInputException(f"{kind} data type doesn't support operation 'LIKE'")
    wildcards = {"%": ".*", "_": "."}
    pattern = re.compile("".join(wildcards.get(letter, re.escape(letter)) for letter in text), re.DOTALL)

    def condition(row: Row) -> Truth:
        value = key.value(row)
        return None if value is None else pattern.fullmatch(value) is not None

    return condition


def is_null(key: Key) -> Condition:
    """A key whose value is NULL."""
    return lambda row: key.value(row) is None


def negated(condition: Condition) -> Condition:
    """The opposite; of UNKNOWN, UNKNOWN."""
    return lambda row: _not(condition(row))


def any_of(conditions: list[Condition]) -> Condition:
    """At least one of them."""
    return conditions[0] if len(conditions) == 1 else lambda row: _or([each(row) for each in conditions])


def all_of(conditions: list[Condition]) -> Condition:
    """Every one of them."""
    if len(conditions) == 1:
        return conditions[0]
    return lambda row: _not(_or([_not(each(row)) for each in conditions]))


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _or(truths: list[Truth]) -> Truth:
    if True in truths:
        return True
    return None if None in truths else False
