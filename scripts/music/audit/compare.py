"""Two lists of items of one table: what is missing, what should not be there, which attributes differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Item = dict[str, Any]
NOTHING = "(no such attribute)"


@dataclass(frozen=True)
class Difference:
    """One item, or one attribute of it; `attribute` None: the whole item is missing or unexpected."""

    key: tuple[str, ...]
    attribute: str | None
    wanted: Any
    found: Any


def differences(key: Sequence[str], wanted: Iterable[Item], found: Iterable[Item]) -> Iterator[Difference]:
    """What differs, in the order of the keys.

    Raises:
        ValueError: two items of one list have the same key.
        TypeError: an item holds what is neither text, exact number, boolean, list nor map.
    """
    wanted_by_key, found_by_key = _by_key(key, wanted), _by_key(key, found)
    for each in sorted(wanted_by_key.keys() | found_by_key.keys()):
        left, right = wanted_by_key.get(each), found_by_key.get(each)
        if left is None or right is None:
            yield Difference(each, None, left, right)
            continue
        for name in sorted(left.keys() | right.keys()):
            values = left.get(name, NOTHING), right.get(name, NOTHING)
            if _plain(values[0]) != _plain(values[1]):
                yield Difference(each, name, *values)


def _by_key(key: Sequence[str], items: Iterable[Item]) -> dict[tuple[str, ...], Item]:
    by_key: dict[tuple[str, ...], Item] = {}
    for item in items:
        its_key = tuple(item[name] for name in key)
        if its_key in by_key:
            raise ValueError(f"two items with the key {its_key}")
        by_key[its_key] = item
    return by_key


def _plain(value: object) -> object:
    """Compare by type and value: 2 and Decimal('2.0') are one number, True and 1 are not, nor '2' and 2."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return (type(value).__name__, value)
    if isinstance(value, int | Decimal):
        return ("number", Decimal(value))
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, Sequence):
        return [_plain(inner) for inner in value]
    raise TypeError(
        f"an item holds text, exact numbers, booleans, lists and maps, not {type(value)}: {value!r}"
    )
