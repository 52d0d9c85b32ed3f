"""CloudFormation's properties -> values of the types that Glue's API takes, by botocore's model of it."""

from __future__ import annotations

from typing import Any

from sandbox.errors import SandboxError

# Parameters and outputs of a template are text; YAML may give numbers where Glue wants text.
_SCALARS = {"integer": int, "long": int, "double": float, "float": float}


def convert(value: Any, shape: Any, where: str) -> Any:
    """`value` with every scalar in the type of `shape` (a botocore Shape); `where` is for messages."""
    kind = shape.type_name
    if kind == "structure":
        _require(isinstance(value, dict), "an object", value, where)
        unknown = sorted(set(value) - set(shape.members))
        _require(not unknown, f"only {', '.join(shape.members)}", ", ".join(unknown), where)
        return {key: convert(item, shape.members[key], f"{where}.{key}") for key, item in value.items()}
    if kind == "map":
        _require(isinstance(value, dict), "an object", value, where)
        return {str(key): convert(item, shape.value, f"{where}.{key}") for key, item in value.items()}
    if kind == "list":
        _require(isinstance(value, list), "a list", value, where)
        return [convert(item, shape.member, f"{where}[{index}]") for index, item in enumerate(value)]
    _require(not isinstance(value, dict | list), f"one {kind}", value, where)
    if kind == "boolean":
        _require(str(value).lower() in ("true", "false"), "true or false", value, where)
        return str(value).lower() == "true"
    if kind in _SCALARS:
        try:
            return _SCALARS[kind](value)
        except ValueError as error:
            raise SandboxError(f"{kind} in {where}", repr(value), "correct it in infra/") from error
    return str(value).lower() if isinstance(value, bool) else str(value)


def _require(holds: bool, expected: str, found: Any, where: str) -> None:
    if not holds:
        raise SandboxError(f"{expected} in {where}", repr(found), "correct it in infra/, then: make up")
