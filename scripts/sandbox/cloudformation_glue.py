"""Applies a template's Glue resources through Glue's own API: create, update, delete."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from pydantic import BaseModel, ConfigDict

from sandbox.cloudformation_split import GlueResource
from sandbox.errors import SandboxError
from sandbox.glue_requests import convert

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

Request = dict[str, Any]


class Applied(BaseModel):
    """What a deployment left in Glue: enough to see a change and to delete it later."""

    model_config = ConfigDict(frozen=True)

    type: str
    name: str
    digest: str


@dataclass(frozen=True)
class Kind:
    """How one resource type maps to Glue's operations."""

    noun: str
    name_argument: str
    create: Callable[[Request], Request]
    update: Callable[[str, Request], Request]
    name: Callable[[Request], str] = lambda properties: str(properties["Name"])


def _crawler(properties: Request) -> Request:
    """CloudFormation wraps the cron line, the API takes it bare."""
    if "Schedule" not in properties:
        return properties
    return {**properties, "Schedule": properties["Schedule"]["ScheduleExpression"]}


# In the order in which they are created: a crawler needs its database.
KINDS = {
    "AWS::Glue::Database": Kind(
        "Database",
        "Name",
        create=lambda properties: properties,
        update=lambda name, properties: {"Name": name, **properties},
        name=lambda properties: str(properties["DatabaseInput"]["Name"]),
    ),
    "AWS::Glue::Job": Kind(
        "Job",
        "JobName",
        create=lambda properties: properties,
        update=lambda name, properties: {
            "JobName": name,
            "JobUpdate": {key: value for key, value in properties.items() if key != "Name"},
        },
    ),
    "AWS::Glue::Crawler": Kind(
        "Crawler", "Name", create=_crawler, update=lambda _name, properties: _crawler(properties)
    ),
}


@dataclass(frozen=True)
class GlueResult:
    """What is there now, and the names of what was created, updated or deleted to get there."""

    applied: tuple[Applied, ...]
    changed: tuple[str, ...]


def apply_glue(
    client: GlueClient, resources: Iterable[GlueResource], before: Iterable[Applied]
) -> GlueResult:
    """Make Glue hold exactly `resources` of those that this and earlier deployments applied."""
    known = set(before)
    applied: list[Applied] = []
    changed: list[str] = []
    for resource in sorted(resources, key=_order):
        kind = KINDS[resource.type]
        now = Applied(type=resource.type, name=kind.name(resource.properties), digest=_digest(resource))
        exists = _exists(client, kind, now.name)
        if not exists:
            _call(client, f"Create{kind.noun}", kind.create(resource.properties))
        elif now not in known:
            _call(client, f"Update{kind.noun}", kind.update(now.name, resource.properties))
        if not exists or now not in known:
            changed.append(now.name)
        applied.append(now)
    wanted = {(item.type, item.name) for item in applied}
    for old in known:
        if (old.type, old.name) not in wanted and _exists(client, KINDS[old.type], old.name):
            kind = KINDS[old.type]
            _call(client, f"Delete{kind.noun}", {kind.name_argument: old.name})
            changed.append(old.name)
    return GlueResult(tuple(applied), tuple(changed))


def _order(resource: GlueResource) -> int:
    if resource.type not in KINDS:
        raise SandboxError(
            f"one of {', '.join(KINDS)}",
            resource.type,
            "add the type to scripts/sandbox/cloudformation_glue.py",
        )
    if "Tags" in resource.properties:
        raise SandboxError(
            f"no Tags on {resource.logical_id}: the local deployer cannot update them",
            "Tags",
            "tag the stack instead, which tags its resources on AWS",
        )
    return list(KINDS).index(resource.type)


def _exists(client: GlueClient, kind: Kind, name: str) -> bool:
    try:
        _call(client, f"Get{kind.noun}", {kind.name_argument: name})
    except ClientError as error:
        if error.response["Error"].get("Code") == "EntityNotFoundException":
            return False
        raise
    return True


def _call(client: GlueClient, operation: str, request: Request) -> None:
    shape = client.meta.service_model.operation_model(operation).input_shape
    method = client.meta.method_to_api_mapping
    python_name = next(name for name, api_name in method.items() if api_name == operation)
    getattr(client, python_name)(**convert(request, shape, operation))


def _digest(resource: GlueResource) -> str:
    return hashlib.sha256(json.dumps(resource.properties, sort_keys=True).encode()).hexdigest()
