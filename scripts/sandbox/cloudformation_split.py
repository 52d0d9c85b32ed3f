"""Splits a template for this machine: what the emulator's CloudFormation takes, and the Glue resources.

This is the one place where a local deployment differs from AWS. The Glue resources leave the template; each
expression in their properties (!Ref, !Sub, …) becomes an extra output of the stack, so that CloudFormation
itself evaluates it and no second evaluator exists here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.cloudformation_template import Template
from sandbox.emulator_glue import RESOURCES
from sandbox.errors import SandboxError

VALUE_PREFIX = "LocalGlueValue"
_PLACEHOLDER = "local-glue-value"


@dataclass(frozen=True)
class GlueResource:
    """One AWS::Glue::* resource; properties hold placeholders until `evaluate` fills them."""

    logical_id: str
    type: str
    properties: dict[str, Any]


@dataclass(frozen=True)
class Split:
    """A template's two halves."""

    stack: Template
    glue: tuple[GlueResource, ...]


def split_template(template: Template) -> Split:
    """Take the AWS::Glue::* resources out; what refers to one refers to its name instead."""
    resources: dict[str, Any] = template["Resources"]
    glue = {name: body for name, body in resources.items() if body["Type"].startswith(RESOURCES)}
    names = {logical_id: _name_of(logical_id, body) for logical_id, body in glue.items()}
    values: dict[str, str] = {}
    lifted = tuple(_lift_resource(logical_id, body, names, values) for logical_id, body in glue.items())
    kept = {name: _without_depends_on(body, glue) for name, body in resources.items() if name not in glue}
    stack = {section: _use_names(body, names) for section, body in {**template, "Resources": kept}.items()}
    extra = {output: {"Value": json.loads(expression)} for expression, output in values.items()}
    if extra:
        stack["Outputs"] = {**stack.get("Outputs", {}), **extra}
    return Split(stack, lifted)


def evaluate(resource: GlueResource, outputs: Mapping[str, str]) -> GlueResource:
    """Fill the placeholders with the stack's outputs."""
    return GlueResource(resource.logical_id, resource.type, _fill(resource.properties, outputs))


def public_outputs(outputs: Mapping[str, str]) -> dict[str, str]:
    """The outputs that the template itself names."""
    return {name: value for name, value in outputs.items() if not name.startswith(VALUE_PREFIX)}


def _name_of(logical_id: str, body: dict[str, Any]) -> Any:
    properties = body.get("Properties", {})
    name = properties.get("Name") or properties.get("DatabaseInput", {}).get("Name")
    if name is None:
        raise SandboxError(
            f"a Name in the Glue resource {logical_id}", "none", f"name {logical_id} in infra/"
        )
    return name


def _lift_resource(
    logical_id: str, body: dict[str, Any], names: dict[str, Any], values: dict[str, str]
) -> GlueResource:
    if "Condition" in body:
        raise SandboxError(
            f"no Condition on the Glue resource {logical_id}",
            "one, which the local deployer cannot follow",
            "put the conditional resource into a template of its own",
        )
    properties = _lift(_use_names(body.get("Properties", {}), names), values)
    return GlueResource(logical_id, body["Type"], properties)


def _lift(node: Any, values: dict[str, str]) -> Any:
    """Replace each expression by a placeholder; `values` maps expression to output name."""
    if _is_intrinsic(node):
        expression = json.dumps(node, sort_keys=True)
        if "AWS::NoValue" in expression:
            raise SandboxError(
                "Glue properties without AWS::NoValue", expression, "write the property's two cases as values"
            )
        return {_PLACEHOLDER: values.setdefault(expression, f"{VALUE_PREFIX}{len(values)}")}
    if isinstance(node, dict):
        return {key: _lift(value, values) for key, value in node.items()}
    return [_lift(item, values) for item in node] if isinstance(node, list) else node


def _fill(node: Any, outputs: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        if _PLACEHOLDER in node:
            return outputs[node[_PLACEHOLDER]]
        return {key: _fill(value, outputs) for key, value in node.items()}
    return [_fill(item, outputs) for item in node] if isinstance(node, list) else node


def _use_names(node: Any, names: dict[str, Any]) -> Any:
    """Replace references to Glue resources by the expressions of their names."""
    if isinstance(node, list):
        return [_use_names(item, names) for item in node]
    if not isinstance(node, dict):
        return node
    if _is_intrinsic(node):
        ((function, argument),) = node.items()
        if function == "Ref" and argument in names:
            return names[argument]
        if function == "Fn::GetAtt" and argument[0] in names:
            raise SandboxError(
                "a Ref to a Glue resource, which is its name", f"Fn::GetAtt {'.'.join(argument)}", "use !Ref"
            )
        if function == "Fn::Sub":
            return {"Fn::Sub": _name_in_sub(argument, names)}
    return {key: _use_names(value, names) for key, value in node.items()}


def _name_in_sub(argument: Any, names: dict[str, Any]) -> Any:
    text, variables = argument if isinstance(argument, list) else (argument, {})
    used = {name: names[name] for name in re.findall(r"\$\{(\w+)\}", text) if name in names}
    variables = {**used, **{key: _use_names(value, names) for key, value in variables.items()}}
    return [text, variables] if variables else text


def _without_depends_on(body: dict[str, Any], glue: Mapping[str, Any]) -> dict[str, Any]:
    if "DependsOn" not in body:
        return body
    wanted = [body["DependsOn"]] if isinstance(body["DependsOn"], str) else body["DependsOn"]
    rest = {key: value for key, value in body.items() if key != "DependsOn"}
    kept = [name for name in wanted if name not in glue]
    return {**rest, "DependsOn": kept} if kept else rest


def _is_intrinsic(node: Any) -> bool:
    return isinstance(node, dict) and len(node) == 1 and next(iter(node)).startswith(("Ref", "Fn::"))
