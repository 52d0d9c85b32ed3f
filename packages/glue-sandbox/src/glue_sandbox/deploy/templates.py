"""Reads CloudFormation templates: YAML with its short tags -> plain JSON-like data."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from glue_sandbox.errors import SandboxError

Template = dict[str, Any]
_NAMED = re.compile(r"\$\{([\w:.]+)\}")


class _Loader(yaml.SafeLoader):
    """SafeLoader that knows !Ref, !Sub and their like."""


def _construct_intrinsic(loader: _Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _construct_intrinsic)


def load_template(path: Path) -> Template:
    """One template as data; `!Sub x` becomes {"Fn::Sub": "x"}, as in CloudFormation's JSON.

    Raises:
        SandboxError: the file is no template; with what is wrong in it.
    """
    try:
        text = path.read_text(encoding="utf-8")
        # _Loader is a SafeLoader: it builds nothing but data. CDK's JSON may be large, and is read at once.
        template = json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=_Loader)  # noqa: S506
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SandboxError(f"a CloudFormation template in {path}", str(error), f"cfn-lint {path}") from error
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        raise SandboxError(f"a section Resources in {path}", "none", f"cfn-lint {path}")
    return template


def choose_parameters(template: Template, values: Mapping[str, str], file: Path) -> dict[str, str]:
    """Return the parameters of the template in `file`: from `values` where known, else its default.

    `values` holds what the project file gives, and the outputs of the templates deployed before.

    Raises:
        SandboxError: a parameter has neither.
    """
    chosen: dict[str, str] = {}
    for parameter, description in template.get("Parameters", {}).items():
        if parameter in values:
            chosen[parameter] = values[parameter]
        elif "Default" in description:
            chosen[parameter] = str(description["Default"])
        else:
            raise SandboxError(
                f"a value for parameter {parameter} of {file}",
                "no default, none in sandbox.toml, and no output of that name in the templates before it",
                f"give {parameter} a Default, an entry in [templates.parameters], or an earlier output",
            )
    return chosen


def parameter_text(value: Any, parameters: Mapping[str, str]) -> str | None:
    """Return a text of a template that parameters alone decide; None where it takes more to know it."""
    if isinstance(value, dict) and "Ref" in value:
        return parameters.get(value["Ref"])
    if isinstance(value, dict) and isinstance(value.get("Fn::Sub"), str):
        text = value["Fn::Sub"]
        is_known = {*_NAMED.findall(text)} <= parameters.keys()
        return _NAMED.sub(lambda match: parameters[match[1]], text) if is_known else None
    return value if isinstance(value, str) else None


def is_named(resource: Mapping[str, Any]) -> bool:
    """Return whether a template gives a table its name, rather than leaving that to CloudFormation."""
    return "TableName" in resource.get("Properties", {})


def table_names(template: Template, parameters: Mapping[str, str]) -> dict[str, str]:
    """Return default name → name of each DynamoDB table: the default is what others know it by."""
    names: dict[str, str] = {}
    for resource in template["Resources"].values():
        if resource["Type"] != "AWS::DynamoDB::Table":
            continue
        name = resource.get("Properties", {}).get("TableName")
        if isinstance(name, dict) and "Ref" in name:
            default = template["Parameters"][name["Ref"]].get("Default", name["Ref"])
            names[str(default)] = parameters.get(name["Ref"], str(default))
        elif isinstance(name, str):
            names[name] = name
    return names
