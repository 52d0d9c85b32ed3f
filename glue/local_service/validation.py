"""Checks an operation's input against Glue's model and words the findings as AWS does."""

import math
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from local_service.errors import SerializationException, ValidationException
from local_service.model import Json, Shape

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
    "timestamp": ((int, float, str), "a Timestamp"),
}
_INTEGER_BITS = {"integer": 31, "long": 63}


def validate(params: Json, shape: Shape) -> None:
    """Raise SerializationException for wrong types and ValidationException for broken constraints."""
    _check_types(params, shape)
    findings = list(_findings(params, shape, ""))
    if findings:
        plural = "s" if len(findings) > 1 else ""
        raise ValidationException(f"{len(findings)} validation error{plural} detected: {'; '.join(findings)}")


def _check_types(value: Any, shape: Shape) -> None:
    """Walk the input; the first value of a wrong JSON type ends it, as in AWS's parser."""
    if value is None:
        return
    if shape.type_name in _SCALARS:
        _check_scalar(value, shape.type_name)
    elif shape.type_name == "list":
        if not isinstance(value, list):
            raise SerializationException(_unexpected(value))
        for item in value:
            _check_types(item, shape.member)
    elif not isinstance(value, dict):
        raise SerializationException(_unexpected(value))
    elif shape.type_name == "map":
        for item in value.values():
            _check_types(item, shape.value)
    else:
        for name in value.keys() & shape.members.keys():
            _check_types(value[name], shape.members[name])


def _check_scalar(value: Any, type_name: str) -> None:
    accepted, wanted = _SCALARS[type_name]
    if isinstance(value, dict):
        raise SerializationException("Start of structure or map found where not expected.")
    if isinstance(value, list):
        raise SerializationException("Start of list found where not expected")
    is_wrong_bool = isinstance(value, bool) and type_name != "boolean"
    if is_wrong_bool or not isinstance(value, accepted):
        raise SerializationException(f"{_found(value)} can not be converted to {wanted}")
    if isinstance(value, float) and not math.isfinite(value):
        raise SerializationException(f"{_found(value)} can not be converted to {wanted}")
    bits = _INTEGER_BITS.get(type_name)
    if bits and not -(2**bits) <= value < 2**bits:
        raise SerializationException(f"{_found(value)} can not be converted to {wanted}")


def _found(value: Any) -> str:
    return "FALSE_VALUE" if value is False else _JSON_TYPES[type(value)]


def _unexpected(value: Any) -> str:
    if isinstance(value, list):
        return "Start of list found where not expected"
    if isinstance(value, dict):
        return "Start of structure or map found where not expected."
    return "Unexpected field type"


def _findings(value: Any, shape: Shape, path: str) -> Iterator[str]:
    """Give one sentence per broken constraint, depth first."""
    if shape.type_name == "structure":
        yield from _structure_findings(value, shape, path)
    elif shape.type_name == "list":
        yield from _size_findings(value, shape, path)
        for number, item in enumerate(value, start=1):
            where = f"{path}.{number}.member"
            if item is None:
                yield _sentence(None, where, "Member must not be null")
            else:
                yield from _findings(item, shape.member, where)
    elif shape.type_name == "map":
        yield from _size_findings(value, shape, path)
        for key, item in value.items():
            yield from _findings(key, shape.key, path)
            if item is not None:
                yield from _findings(item, shape.value, f"{path}.{key}.member")
    else:
        yield from _scalar_findings(value, shape, path)


def _structure_findings(value: Json, shape: Shape, path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield _sentence(None, _join(path, name), "Member must not be null")
    for name, item in value.items():
        if name not in shape.members:
            # AWS drops members that it doesn't know. Here that would hide a typing error.
            yield _sentence(name, path or "input", f"Member must be one of: [{', '.join(shape.members)}]")
        elif item is not None:
            yield from _findings(item, shape.members[name], _join(path, name))


def _scalar_findings(value: Any, shape: Shape, path: str) -> Iterator[str]:
    rules = shape.metadata
    if shape.type_name == "string":
        yield from _size_findings(value, shape, path)
        if "enum" in rules and value not in rules["enum"]:
            allowed = ", ".join(rules["enum"])
            yield _sentence(value, path, f"Member must satisfy enum value set: [{allowed}]")
        pattern = rules.get("pattern")
        if pattern and not _matches(pattern, value):
            yield _sentence(value, path, f"Member must satisfy regular expression pattern: {pattern}")
    elif shape.type_name in ("integer", "long", "float", "double"):
        if "min" in rules and value < rules["min"]:
            yield _sentence(value, path, f"Member must have value greater than or equal to {rules['min']}")
        if "max" in rules and value > rules["max"]:
            yield _sentence(value, path, f"Member must have value less than or equal to {rules['max']}")


def _size_findings(value: Any, shape: Shape, path: str) -> Iterator[str]:
    rules = shape.metadata
    if "min" in rules and len(value) < rules["min"]:
        yield _sentence(value, path, f"Member must have length greater than or equal to {rules['min']}")
    if "max" in rules and len(value) > rules["max"]:
        yield _sentence(value, path, f"Member must have length less than or equal to {rules['max']}")


def _sentence(value: Any, path: str, constraint: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def _join(path: str, name: str) -> str:
    member = name[:1].lower() + name[1:]
    return f"{path}.{member}" if path else member


def _matches(pattern: str, value: str) -> bool:
    compiled = _compile(pattern)
    return compiled is None or compiled.fullmatch(value) is not None


@cache
def _compile(pattern: str) -> re.Pattern[str] | None:
    """Translate a pattern of the model, written for Java; None when Python has no such syntax."""
    # Java writes the characters above U+FFFF as pairs of surrogates.
    translated = pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")
    try:
        return re.compile(translated)
    except re.error:
        return None
