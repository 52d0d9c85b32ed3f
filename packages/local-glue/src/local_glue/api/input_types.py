"""Checks that an operation's input has the JSON types of Glue's model, as AWS's parser does before it looks
at any constraint: the first wrong value ends it.
"""

import base64
import binascii
import math
from datetime import datetime
from typing import Any

from local_glue.api.errors import SerializationException
from local_glue.api.glue_api_model import Json, Shape

_JSON_TYPES = {bool: "TRUE_VALUE", int: "NUMBER_VALUE", float: "NUMBER_VALUE", str: "STRING_VALUE"}
_SCALARS: dict[str, tuple[Any, str]] = {
    "string": (str, "a String"),
    "character": (str, "a String"),
    "blob": (str, "a Blob"),
    "boolean": (bool, "a Boolean"),
    "integer": (int, "an Integer"),
    "long": (int, "a Long"),
    "float": ((int, float), "a Float"),
    "double": ((int, float), "a Double"),
    "timestamp": ((int, float), "a Timestamp"),
}
_INTEGER_BITS = {"integer": 31, "long": 63}
# The first second of the year 1 and the last of the year 9999: no client could read others back.
_TIMES = (-62_135_596_800, 253_402_300_799)


def check_types(value: Any, shape: Shape) -> None:
    """Check that each value has the type that the shape says.

    Raises:
        SerializationException: a value has another type; it is about the first one.
    """
    if value is None or is_document(shape):
        return
    if shape.type_name in _SCALARS:
        _check_scalar(value, shape)
    elif shape.type_name == "list":
        if not isinstance(value, list):
            raise SerializationException(_start_of(value) or "Expected list or null")

        for item in value:
            check_types(item, shape.member)
    elif not isinstance(value, dict):
        raise SerializationException(_start_of(value) or "Expected null")
    elif shape.type_name == "map":
        for key, item in value.items():
            check_types(key, shape.key)
            check_types(item, shape.value)
    else:
        _check_members(value, shape)


def is_document(shape: Shape) -> bool:
    """Return whether a shape takes any JSON."""
    return bool(getattr(shape, "is_document_type", False))


def _check_members(value: Json, shape: Shape) -> None:
    for name in value:
        if name in shape.members:
            check_types(value[name], shape.members[name])


def _check_scalar(value: Any, shape: Shape) -> None:
    started = _start_of(value)
    if started:
        raise SerializationException(started)
    accepted, wanted = _SCALARS[shape.type_name]
    if _is_iso_time(shape):
        accepted = str
    is_wrong_bool = isinstance(value, bool) and shape.type_name != "boolean"
    is_right = isinstance(value, accepted) and not is_wrong_bool
    if not is_right or not _is_possible(value, shape):
        # AWS says "an Boolean" to a string, and "a Boolean" to a number.
        wanted = "an Boolean" if wanted == "a Boolean" and isinstance(value, str) else wanted
        raise SerializationException(f"{_found(value)} can not be converted to {wanted}")


def _is_possible(value: Any, shape: Shape) -> bool:
    """Return whether a value of the right JSON type can be a value of the shape."""
    if shape.type_name == "blob":
        return _is_base64(value)
    if shape.type_name == "timestamp":
        return _is_iso(value) if isinstance(value, str) else _TIMES[0] <= value <= _TIMES[1]
    if isinstance(value, str):
        return _is_unicode(value)
    if isinstance(value, float):
        return math.isfinite(value)
    bits = _INTEGER_BITS.get(shape.type_name)
    # What has a limit in the model is worded by it, however large it is.
    limit = "max" if value > 0 else "min"
    return bits is None or limit in shape.metadata or -(2**bits) <= value < 2**bits


def _is_iso_time(shape: Shape) -> bool:
    return bool(shape.serialization.get("timestampFormat") == "iso8601")


def _is_iso(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _is_unicode(text: str) -> bool:
    """Return whether there is no half of a surrogate pair, which no client could read back."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _found(value: Any) -> str:
    return "FALSE_VALUE" if value is False else _JSON_TYPES[type(value)]


def _start_of(value: Any) -> str | None:
    if isinstance(value, list):
        return "Start of list found where not expected"
    if isinstance(value, dict):
        return "Start of structure or map found where not expected."
    return None
