"""Conditions of CloudFormation templates, as far as parameters decide them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glue_sandbox.deploy.templates import Template, parameter_text


def made_resources(template: Template, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Return the resources of a template that its conditions let be made, by their logical ids.

    Where a condition asks for what parameters do not say, the resource is among them.
    """
    defaults = {
        name: str(described["Default"])
        for name, described in template.get("Parameters", {}).items()
        if "Default" in described
    }
    conditions, values = template.get("Conditions", {}), {**defaults, **parameters}
    return {
        name: body
        for name, body in template["Resources"].items()
        if _holds({"Condition": body["Condition"]} if "Condition" in body else True, conditions, values)
        is not False
    }


def _holds(asked: Any, conditions: Mapping[str, Any], values: Mapping[str, str]) -> bool | None:
    """Whether a condition holds; None where it is not known."""
    if isinstance(asked, bool):
        return asked
    if not isinstance(asked, dict) or len(asked) != 1:
        return None

    ((function, argument),) = asked.items()
    if function == "Condition":
        return _holds(conditions.get(argument), conditions, values)
    if function == "Fn::Equals":
        one, other = (parameter_text(each, values) for each in argument)
        return None if one is None or other is None else one == other
    if function not in ("Fn::Not", "Fn::And", "Fn::Or"):
        return None

    parts = [_holds(each, conditions, values) for each in argument]
    if function == "Fn::Not":
        return None if parts[0] is None else not parts[0]
    decisive: bool = function == "Fn::Or"
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive
