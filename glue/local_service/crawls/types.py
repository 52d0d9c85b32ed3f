"""Hive types, as crawlers write them into the catalog."""

import re
from typing import Any

import pyarrow as pa

_ARROW = {
    pa.bool_(): "boolean",
    pa.int8(): "tinyint",
    pa.int16(): "smallint",
    pa.int32(): "int",
    pa.int64(): "bigint",
    pa.float32(): "float",
    pa.float64(): "double",
    pa.string(): "string",
    pa.large_string(): "string",
    pa.binary(): "binary",
    pa.date32(): "date",
}
_WIDENING = ("int", "bigint", "float", "double")
_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,18}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def from_arrow(found: Any) -> str:
    """Give the Hive type of an Arrow type."""
    if pa.types.is_timestamp(found):
        return "timestamp"
    if pa.types.is_decimal(found):
        return f"decimal({found.precision},{found.scale})"
    if pa.types.is_list(found) or pa.types.is_large_list(found):
        return f"array<{from_arrow(found.value_type)}>"
    if pa.types.is_map(found):
        return f"map<{from_arrow(found.key_type)},{from_arrow(found.item_type)}>"
    if pa.types.is_struct(found):
        return "struct<" + ",".join(f"{field.name}:{from_arrow(field.type)}" for field in found) + ">"
    if pa.types.is_dictionary(found):
        return from_arrow(found.value_type)
    return _ARROW.get(found, "string")


def from_json(value: Any) -> str | None:
    """Give the Hive type of a JSON value; None for null, which tells nothing."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "int" if -(2**31) <= value < 2**31 else "bigint"
    if isinstance(value, float):
        return "double"
    if isinstance(value, list):
        found: str | None = None
        for item in value:
            one = from_json(item)
            found = one if found is None else wider(found, one or found)
        return f"array<{found or 'string'}>"
    if isinstance(value, dict):
        members = ((name, from_json(item) or "string") for name, item in value.items())
        return "struct<" + ",".join(f"{name}:{found}" for name, found in members) + ">"
    return "string"


def from_text(values: list[str]) -> str:
    """Give the Hive type that all CSV values of a column have; empty values tell nothing."""
    filled = [value.strip() for value in values if value.strip()]
    if filled and all(_WHOLE_NUMBER.fullmatch(value) for value in filled):
        return "bigint"
    if filled and all(_NUMBER.fullmatch(value) for value in filled):
        return "double"
    return "string"


def wider(one: str, other: str) -> str:
    """Give a type that holds the values of both."""
    if one == other:
        return one
    if one in _WIDENING and other in _WIDENING:
        return max(one, other, key=_WIDENING.index)
    if one.startswith("array<") and other.startswith("array<"):
        return f"array<{wider(one[6:-1], other[6:-1])}>"
    if one.startswith("struct<") and other.startswith("struct<"):
        return _wider_struct(one, other)
    return "string"


def _wider_struct(one: str, other: str) -> str:
    members = dict(_members(one))
    for name, found in _members(other):
        members[name] = wider(members[name], found) if name in members else found
    return "struct<" + ",".join(f"{name}:{found}" for name, found in members.items()) + ">"


def _members(struct: str) -> list[tuple[str, str]]:
    """Split `struct<a:int,b:array<int>>` at the commas that are not inside brackets."""
    members: list[tuple[str, str]] = []
    depth, start, text = 0, 0, struct[7:-1] + ","
    for number, letter in enumerate(text):
        depth += (letter in "<(") - (letter in ">)")
        if letter == "," and depth == 0:
            name, _, found = text[start:number].partition(":")
            members.append((name, found))
            start = number + 1
    return members
