"""What the roles of CloudFormation templates grant."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from glue_sandbox.deploy.templates import Template
from glue_sandbox.permissions.needed import Permission
from local_glue.calls.recorder import AIRFLOW

MWAA, WEB_IDENTITY = "airflow-env.amazonaws.com", "sts:AssumeRoleWithWebIdentity"
_ARNS = {"LogGroupName": "arn:aws:logs:*:*:log-group:{}:*", "TableName": "arn:aws:dynamodb:*:*:table/{}"}
_NAME = re.compile(r"\$\{([^}!]+)\}")


@dataclass(frozen=True)
class Role:
    """One role of a template, with its grants as they are written."""

    logical_id: str
    name: str
    """Its name; empty where CloudFormation makes one."""
    grants: tuple[Permission, ...]
    is_of_airflow: bool = False
    """Whether MWAA may take it."""
    is_of_people: bool = False
    """Whether somebody outside of the account takes it by a web identity, such as a workflow."""
    takers: tuple[str, ...] = ()
    """Resources of its template that work with it, by their logical ids."""

    def is_caller(self, caller: str) -> bool:
        """Whether a caller is this role: by its name, or by the one that CloudFormation makes of its id."""
        if caller == AIRFLOW:
            return self.is_of_airflow
        name = caller.rpartition("/")[2]
        return name == self.name if self.name else f"-{self.logical_id}-" in f"{name}-"


def roles_of(template: Template, parameters: Mapping[str, str]) -> Iterator[Role]:
    """Yield the roles of a template; what only AWS knows, such as an account's id, is a star."""
    defaults = {
        name: str(described["Default"])
        for name, described in template.get("Parameters", {}).items()
        if "Default" in described
    }
    values = {"AWS::Partition": "aws", **defaults, **parameters}
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] == "AWS::IAM::Role":
            properties = resource.get("Properties", {})
            name = properties.get("RoleName", "")
            grants = tuple(_grants(properties.get("Policies", []), template, values))
            trust = json.dumps(properties.get("AssumeRolePolicyDocument", {}))
            given = _text(name, template, values) if name else ""
            takers = tuple(_takers(logical_id, template))
            yield Role(
                logical_id,
                given,
                grants,
                is_of_airflow=MWAA in trust,
                is_of_people=WEB_IDENTITY in trust,
                takers=takers,
            )


def _takers(role: str, template: Template) -> Iterator[str]:
    for logical_id, resource in template["Resources"].items():
        taken = resource.get("Properties", {}).get("Role")
        if taken in ({"Fn::GetAtt": [role, "Arn"]}, {"Ref": role}):
            yield logical_id


def _grants(policies: Any, template: Template, values: Mapping[str, str]) -> Iterator[Permission]:
    for policy in policies:
        # Whatever the condition, the second branch may be "no value".
        branches = policy["Fn::If"][1:] if "Fn::If" in policy else [policy]
        for branch in branches:
            for statement in _listed(branch.get("PolicyDocument", {}).get("Statement", [])):
                for action in _listed(statement["Action"]):
                    for resource in _listed(statement["Resource"]):
                        yield Permission(action, _text(resource, template, values))


def _text(value: Any, template: Template, values: Mapping[str, str]) -> str:
    """Write a value of a template out, with a star for what it takes of AWS."""
    if isinstance(value, str):
        return value
    if "Fn::Sub" in value:
        return _NAME.sub(lambda match: values.get(match[1], "*"), value["Fn::Sub"])
    if "Ref" in value:
        return values.get(value["Ref"], "*")
    if "Fn::GetAtt" in value:  # the ARN of a resource, whose name is in its properties
        properties = template["Resources"].get(value["Fn::GetAtt"][0], {}).get("Properties", {})
        for key, arn in _ARNS.items():
            if key in properties:
                return arn.format(_text(properties[key], template, values))
        return "arn:*"
    return "*"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
