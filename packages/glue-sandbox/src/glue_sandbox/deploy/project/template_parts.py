"""What the parts of a project's template share: resources, their names in it, and texts filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from glue_sandbox.deploy.project.values import fill

Resource = dict[str, Any]
Resources = dict[str, Resource]


def resource(kind: str, properties: Mapping[str, Any]) -> Resource:
    """Return a resource of a type such as AWS::S3::Bucket."""
    return {"Type": kind, "Properties": dict(properties)}


def logical_id(kind: str, name: str) -> str:
    """Return a name's id in the template, which has letters and digits only; no two names share one."""
    return kind + re.sub(r"[^A-WYZa-z0-9]", lambda match: f"X{ord(match[0]):02X}", name)


def role_arn(name: str | None) -> dict[str, list[str]]:
    """Return the ARN of a role, as CloudFormation says it; None is the role that may do anything."""
    return {"Fn::GetAtt": [logical_id("Role", name or ""), "Arn"]}


def filled(texts: Mapping[str, str], values: Mapping[str, str], key: str) -> dict[str, str]:
    """Return texts of the project file with their {names} replaced; `key` is where they stand.

    Raises:
        SandboxError: a text names what nobody knows.
    """
    return {name: fill(text, values, f"{key}.{name}") for name, text in texts.items()}
