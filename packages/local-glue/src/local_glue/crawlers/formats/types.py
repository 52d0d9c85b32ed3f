"""Hive types, as crawlers write them into the catalog."""

import re
from typing import Any

import pyarrow as pa

# Nothing but nulls has been seen yet; the catalog calls it a string.
NULL = "null"
_UNSEEN = re.compile(rf"(?<=[<:,]){NULL}(?=[,>])|^{NULL}$")
# Hive has no unsigned numbers and no times of day: they are what they are stored as.
_ARROW = {
    pa.bool_(): "boolean",
    pa.int8(): "tinyint",
    pa.int16(): "smallint",
    pa.int32(): "int",
    pa.int64(): "bigint",
    pa.uint8(): "int",
    pa.uint16(): "int",
    pa.uint32(): "int",
    pa.uint64(): "bigint",
    pa.float16(): "float",
    pa.float32(): "float",
    pa.float64(): "double",
    pa.string(): "string",
    pa.large_string(): "string",
    pa.binary(): "binary",
    pa.large_binary(): "binary",
    pa.date32(): "date",
    pa.date64(): "date",
    pa.time32("ms"): "int",
    pa.time64("us"): "bigint",
    pa.time64("ns"): "bigint",
    pa.null(): NULL,
}
_WIDENING = ("tinyint", "smallint", "int", "bigint", "float", "double")
_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,19}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def from_arrow_schema(schema: Any) -> dict[str, str]:
    """Return columns, in lower case, with their Hive types."""
    columns: dict[str, str] = {}
    for field in schema:
        columns.setdefault(field.name.lower(), from_arrow(field.type))
    return columns


def from_arrow(found: Any) -> str:
    """Return the Hive type of an Arrow type."""
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
    if pa.types.is_fixed_size_binary(found):
        return "binary"
    return _ARROW.get(found, "string")


def from_json(value: Any) -> str:
    """Return the Hive type of a JSON value."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "int" if -(2**31) <= value < 2**31 else "bigint"
    if isinstance(value, float):
        return "double"
    if isinstance(value, list):
        found = NULL
        for item in value:
            found = wider(found, from_json(item))
        return f"array<{found}>"
    if isinstance(value, dict):
        members = ((name, from_json(item)) for name, item in value.items())
        return "struct<" + ",".join(f"{name}:{found}" for name, found in members) + ">"

    return "string"


def from_text(values: list[str]) -> str:
    """Return the Hive type that all CSV values of a column have; empty values tell nothing.

    Dates and timestamps are strings to AWS's CSV classifier.
    """
    filled = [value.strip() for value in values if value.strip()]
    if not filled:
        return NULL
    if all(_WHOLE_NUMBER.fullmatch(value) and -(2**63) <= int(value) < 2**63 for value in filled):
        return "bigint"
    if all(_NUMBER.fullmatch(value) for value in filled):
        return "double"
    return "boolean" if all(value.lower() in ("true", "false") for value in filled) else "string"


def settled(found: str) -> str:
    """Return the type for the catalog: what was never seen is a string."""
    return _UNSEEN.sub("string", found)


def wider(one: str, other: str) -> str:
    """Return a type that holds the values of both."""
    if one == other or other == NULL:
        return one
    if one == NULL:
        return other
    if one in _WIDENING and other in _WIDENING:
        return max(one, other, key=_WIDENING.index)
    if one.startswith("array<") and other.startswith("array<"):
        return f"array<{wider(one[6:-1], other[6:-1])}>"
    if one.startswith("struct<") and other.startswith("struct<"):
        return _wider_struct(one, other)
    return "string"


def with_new_members(known: str, found: str) -> str:
    """Return a known type with the struct members that are new in another; what is known stays as it is."""
    if known.startswith("array<") and found.startswith("array<"):
        return f"array<{with_new_members(known[6:-1], found[6:-1])}>"
    if not (known.startswith("struct<") and found.startswith("struct<")):
        return known
    members, others = dict(_members(known)), dict(_members(found))
    joined = {name: with_new_members(kind, others.get(name, kind)) for name, kind in members.items()}
    joined |= {name: kind for name, kind in others.items() if name not in members}
    return "struct<" + ",".join(f"{name}:{kind}" for name, kind in joined.items()) + ">"


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
