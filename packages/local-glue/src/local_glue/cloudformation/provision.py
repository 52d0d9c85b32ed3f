"""Creates, updates or deletes one resource of a stack.

A request has the members of those to a custom resource: RequestType, ResourceType, LogicalResourceId,
PhysicalResourceId, ResourceProperties, OldResourceProperties; and DefaultName, for a resource that its
template does not name. So has the answer: Status, PhysicalResourceId, Reason.
"""

from collections.abc import Callable

from local_glue.api.glue_api_model import Json
from local_glue.cloudformation.errors import CallError, PropertyError, ProvisionError
from local_glue.cloudformation.kinds import KINDS, Kind
from local_glue.cloudformation.properties import api_properties
from local_glue.store import Scope

Caller = Callable[[str, Json], Json]


def provision(request: Json, scope: Scope, call: Caller) -> Json:
    """Make it so; what fails is FAILED with the reason, never half a success in silence.

    Raises:
        ProvisionError: resources of that type are not built.
    """
    try:
        kind = KINDS.get(request["ResourceType"])
        if kind is None:
            raise ProvisionError(
                f"{request['ResourceType']} is not built into the local Glue service, so nothing was "
                f"created. Built are: {', '.join(sorted(KINDS))}."
            )
        act = {"Create": _create, "Update": _update, "Delete": _delete}[request["RequestType"]]
        return {"Status": "SUCCESS", **act(request, kind, scope, call)}
    except PropertyError as error:
        reason = f"Properties validation failed for resource {request['LogicalResourceId']} with message:\n"
        return {"Status": "FAILED", "Reason": f"{reason}[{error}]"}
    except ProvisionError as error:
        return {"Status": "FAILED", "Reason": str(error)}


def _create(request: Json, kind: Kind, _scope: Scope, call: Caller) -> Json:
    given = _given(request, kind, "ResourceProperties")
    name = kind.name(given) or request["DefaultName"]
    call(kind.create, kind.create_input(name, given))
    return {"PhysicalResourceId": name}


def _update(request: Json, kind: Kind, scope: Scope, call: Caller) -> Json:
    """Change it in place, or create another one: the caller then deletes the former one."""
    now = _given(request, kind, "ResourceProperties")
    before = _given(request, kind, "OldResourceProperties")
    former = kind.name(before) or request["PhysicalResourceId"]
    name = kind.name(now) or (request["DefaultName"] if kind.name(before) else former)
    if kind.identity(name, now) != kind.identity(former, before):
        return {**_create(request, kind, scope, call), "IsReplaced": True}
    dropped = {key: kind.defaults[key] for key in kind.defaults.keys() & before.keys() - now.keys()}
    call(*kind.update(name, {**dropped, **now}))
    if kind.tagged:
        _change_tags(scope, call, f"{kind.tagged}/{name}", before.get("Tags", {}), now.get("Tags", {}))
    return {"PhysicalResourceId": name}


def _delete(request: Json, kind: Kind, _scope: Scope, call: Caller) -> Json:
    """Delete it; one that is gone already is no error."""
    given = _given(request, kind, "ResourceProperties")
    try:
        call(*kind.delete(request["PhysicalResourceId"], given))
    except CallError as error:
        if error.code != "EntityNotFoundException":
            raise
    return {"PhysicalResourceId": request["PhysicalResourceId"]}


def _given(request: Json, kind: Kind, member: str) -> Json:
    return api_properties(request["ResourceType"], kind.create, request.get(member) or {})


def _change_tags(scope: Scope, call: Caller, resource: str, before: Json, now: Json) -> None:
    arn = f"arn:aws:glue:{scope.region}:{scope.account}:{resource}"
    if gone := sorted(before.keys() - now.keys()):
        call("UntagResource", {"ResourceArn": arn, "TagsToRemove": gone})
    if now and now != before:
        call("TagResource", {"ResourceArn": arn, "TagsToAdd": now})
