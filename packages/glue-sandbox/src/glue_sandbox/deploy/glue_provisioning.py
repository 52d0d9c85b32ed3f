"""Makes Glue's resources in the local Glue service, where no emulator's CloudFormation hands them over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from glue_sandbox.deploy.project.template_parts import Resources
from glue_sandbox.deploy.state import GlueResource
from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings
from local_glue.emulators.glue_client import GlueService

Made = dict[str, GlueResource]  # by logical id


def provision(
    settings: Settings, wanted: Resources, before: Mapping[str, GlueResource], record: Callable[[Made], None]
) -> bool:
    """Bring Glue's resources from what was made before to what is wanted; return whether anything changed.

    `record` is told after each one what is there then, so that a start which is cut short can go on.

    Raises:
        SandboxError: Glue refuses one, with the reason.
    """
    made = dict(before)
    for logical_id, body in wanted.items():
        known, properties = made.get(logical_id), body["Properties"]
        asked: dict[str, Any]
        if known is None:
            asked = {"RequestType": "Create", "DefaultName": logical_id}
        elif known.properties != properties:
            asked = {"RequestType": "Update", "OldResourceProperties": known.properties}
        else:
            continue
        name = _ask(settings, logical_id, body["Type"], properties, known, asked)
        made[logical_id] = GlueResource(type=body["Type"], name=name, properties=properties)
        record(made)

    for logical_id in [each for each in made if each not in wanted]:
        gone = made[logical_id]
        _ask(settings, logical_id, gone.type, gone.properties, gone, {"RequestType": "Delete"})
        del made[logical_id]
        record(made)
    return made != before


def _ask(
    settings: Settings,
    logical_id: str,
    resource_type: str,
    properties: Mapping[str, Any],
    known: GlueResource | None,
    asked: Mapping[str, Any],
) -> str:
    """Have the service do it; return the resource's name."""
    request = {
        "ResourceType": resource_type,
        "LogicalResourceId": logical_id,
        "ResourceProperties": properties,
        **({"PhysicalResourceId": known.name} if known else {}),
        **asked,
    }
    service = GlueService(settings.endpoint_url, settings.control_token)
    try:
        answer = service.provision(settings.account_id, settings.region, request)
    except ValueError as error:
        raise SandboxError(
            f"Glue to take {logical_id} ({resource_type})", str(error), "correct sandbox.toml, then: make up"
        ) from None
    return str(answer["PhysicalResourceId"])
