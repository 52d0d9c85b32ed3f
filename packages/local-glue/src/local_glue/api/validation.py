"""Checks an operation's input against Glue's model and words the findings as AWS does."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from local_glue.api.errors import ValidationException
from local_glue.api.glue_api_model import Json, Shape
from local_glue.api.input_types import check_types, is_document

_NUMBERS = ("integer", "long", "float", "double")
# AWS names what is checked by its own, inner model; these are the members seen in its errors.
_INNER_NAMES = {"TableInput": "table", "DatabaseInput": "database"}
# AWS leaves out the value where it is very long, as a column type of more than 131,072 characters.
_LONGEST_SHOWN = 10_000


def validate(params: Json, shape: Shape) -> None:
    """Check a request against the constraints of its shape.

    Raises:
        SerializationException: a value has a wrong type.
        ValidationException: constraints are broken; names all of them.
    """
    check_types(params, shape)
    findings = list(_findings(params, shape, ""))
    if findings:
        plural = "s" if len(findings) > 1 else ""
        raise ValidationException(f"{len(findings)} validation error{plural} detected: {'; '.join(findings)}")


def _findings(value: Any, shape: Shape, path: str) -> Iterator[str]:
    """Return one sentence per broken constraint of a value and of what is in it, depth first."""
    for constraint in _broken(value, shape):
        yield _sentence(java_repr(value, shape), path, constraint)
    yield from _inner_findings(value, shape, path)


def _inner_findings(value: Any, shape: Shape, path: str) -> Iterator[str]:
    if is_document(shape):
        return
    if shape.type_name == "structure":
        yield from _structure_findings(value, shape, path)
    elif shape.type_name == "list":
        yield from _list_findings(value, shape, path)
    elif shape.type_name == "map":
        yield from _map_findings(value, shape, path)


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


def _list_findings(items: list[Any], shape: Shape, path: str) -> Iterator[str]:
    """What is wrong with a whole member is said of the list; what is inside of a member, at its number."""
    if any(_broken(item, shape.member) for item in items if item is not None):
        yield _sentence(
            java_repr(items, shape), path, f"Member must satisfy constraint: {_all_of(shape.member)}"
        )
    for number, item in enumerate(items, start=1):
        where = f"{path}.{number}.member"
        if item is None:
            yield _sentence(None, where, "Member must not be null")
        else:
            yield from _inner_findings(item, shape.member, where)


def _map_findings(items: Json, shape: Shape, path: str) -> Iterator[str]:
    values = {key: item for key, item in items.items() if item is not None}
    if any(_broken(key, shape.key) for key in items):
        yield _sentence(
            java_repr(items, shape), path, f"Map keys must satisfy constraint: {_all_of(shape.key)}"
        )
    if any(_broken(item, shape.value) for item in values.values()):
        yield _sentence(
            java_repr(items, shape), path, f"Map value must satisfy constraint: {_all_of(shape.value)}"
        )
    for key, item in values.items():
        yield from _inner_findings(item, shape.value, f"{path}.{key}.member")


def _broken(value: Any, shape: Shape) -> list[str]:
    """Name the constraints that a value itself breaks."""
    return [text for text, is_kept in _constraints(shape) if not is_kept(value)]


def _all_of(shape: Shape) -> str:
    return f"[{', '.join(text for text, _ in _constraints(shape))}]"


@cache
def _constraints(shape: Shape) -> tuple[tuple[str, Callable[[Any], bool]], ...]:
    """Return the constraints of a shape: AWS's words, and the test."""
    rules = shape.metadata
    found: list[tuple[str, Callable[[Any], bool]]] = []
    is_number = shape.type_name in _NUMBERS
    what = "value" if is_number else "length"

    def measure(value: Any) -> float:
        size: float = value if is_number else len(value)
        return size

    if "max" in rules:
        text = f"Member must have {what} less than or equal to {rules['max']}"
        found.append((text, lambda value: measure(value) <= rules["max"]))
    if "min" in rules:
        text = f"Member must have {what} greater than or equal to {rules['min']}"
        found.append((text, lambda value: measure(value) >= rules["min"]))
    if "enum" in rules:
        text = f"Member must satisfy enum value set: [{', '.join(rules['enum'])}]"
        found.append((text, lambda value: value in rules["enum"]))
    if "pattern" in rules:
        text = f"Member must satisfy regular expression pattern: {rules['pattern']}"
        found.append((text, lambda value: _matches(rules["pattern"], value)))

    return tuple(found)


def java_repr(value: Any, shape: Shape) -> str:
    """Write a value as AWS does, which is Java's way: `[a, b]`, `{key=value}`, `Shape(member=value)`."""
    if isinstance(value, list):
        return f"[{', '.join(java_repr(item, shape.member) for item in value)}]"
    if shape.type_name == "map":
        return f"{{{', '.join(f'{key}={java_repr(item, shape.value)}' for key, item in value.items())}}}"
    if isinstance(value, dict):
        known = [(name, item) for name, item in value.items() if name in shape.members]
        members = (f"{_join('', name)}={java_repr(item, shape.members[name])}" for name, item in known)
        return f"{shape.name}({', '.join(members)})"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def _sentence(value: str | None, path: str, constraint: str) -> str:
    what = "Value null" if value is None else "Value" if len(value) > _LONGEST_SHOWN else f"Value '{value}'"
    return f"{what} at '{path}' failed to satisfy constraint: {constraint}"


def _join(path: str, name: str) -> str:
    if path:
        return f"{path}.{name[:1].lower()}{name[1:]}"
    return _INNER_NAMES.get(name, name[:1].lower() + name[1:])


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
