"""MiniStack's Glue is the local Glue service: for its CloudFormation, its Step Functions, and who calls it.

MiniStack's own Glue makes jobs SUCCEEDED that never ran, and nobody sees what its stacks create there: the
local Glue service answers Glue before MiniStack is asked.

Standard library only, as it runs in MiniStack's environment.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.concurrency import run_reentrant
from ministack.core.responses import get_account_id, get_region
from ministack.core.router import extract_access_key_id
from ministack.services import glue
from ministack.services.cloudformation import provisioners, stacks

from local_glue.emulators.glue_client import LOWERCASE, RESOURCES, GlueService, Response

TAGGED = ("AWS::Glue::Job", "AWS::Glue::Crawler")  # get the stack's tags, too
Handler = Callable[..., Awaitable[Response]]


def use_glue_service(url: str, token: str) -> None:
    """From now on, MiniStack asks the service at `url`; what its own Glue kept is neither read nor saved."""
    service = GlueService(url, token)
    for resource_type in [name for name in provisioners._RESOURCE_HANDLERS if name.startswith(RESOURCES)]:
        provisioners._RESOURCE_HANDLERS[resource_type] = handlers(service, resource_type)
    provisioners._STACK_TAG_PROPERTY |= dict.fromkeys(TAGGED, ("Tags", "map"))
    is_slow = stacks._runs_on_worker_thread
    # The service may ask MiniStack in turn, which must not wait in its one loop meanwhile.
    stacks._runs_on_worker_thread = lambda name: name.startswith(RESOURCES) or is_slow(name)
    # The service asks for each action with its own resource, and for the role that is passed.
    action_of = iam_actions.extract_iam_action
    iam_actions.extract_iam_action = lambda name, *more: None if name == "glue" else action_of(name, *more)
    glue.handle_request = forwarding(service, glue.handle_request)
    glue.get_state = dict
    glue.load_persisted_state = lambda _state: None


def forwarding(service: GlueService, own_handler: Handler) -> Handler:
    """Requests to MiniStack's Glue, from a service of its own or past the reverse proxy, go to ours."""

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: Any
    ) -> Response:
        target = headers.get("x-amz-target", "")
        if not target.startswith("AWSGlue."):  # the reverse proxy would send it back to here
            return await own_handler(method, path, headers, body, query)
        answer: Response = await run_reentrant(
            service.send, get_account_id(), get_region(), "/", body, target, extract_access_key_id(headers)
        )
        return answer

    return handle_request


def _caller() -> str:
    """Return the access key whose signature CloudFormation was asked with; empty where none was checked."""
    access_key: str = iam_evaluator._verified_key.get()
    return access_key


def handlers(service: GlueService, resource_type: str) -> dict[str, Any]:
    """What MiniStack's CloudFormation calls for the resources of one type."""

    def ask(request_type: str, logical_id: str, stack_name: str, **more: Any) -> dict[str, Any]:
        default = provisioners._physical_name(
            stack_name, logical_id, lowercase=resource_type in LOWERCASE, max_len=255
        )
        return service.provision(
            get_account_id(),
            get_region(),
            {
                "RequestType": request_type,
                "ResourceType": resource_type,
                "LogicalResourceId": logical_id,
                "DefaultName": default,
                **more,
            },
            _caller(),
        )

    def create(logical_id: str, properties: dict[str, Any], stack_name: str) -> tuple[str, dict[str, Any]]:
        made = ask("Create", logical_id, stack_name, ResourceProperties=properties)
        return made["PhysicalResourceId"], {}

    def update(
        physical_id: str,
        before: dict[str, Any],
        now: dict[str, Any],
        stack_name: str,
        logical_id: str | None = None,
    ) -> tuple[str, dict[str, Any]]:
        made = ask(
            "Update",
            logical_id or physical_id,
            stack_name,
            PhysicalResourceId=physical_id,
            ResourceProperties=now,
            OldResourceProperties=before,
        )
        if made.get("IsReplaced"):
            provisioners._delete_predecessor(delete, physical_id, before)
        return made["PhysicalResourceId"], {}

    def delete(physical_id: str, properties: dict[str, Any]) -> None:
        ask("Delete", physical_id, "", PhysicalResourceId=physical_id, ResourceProperties=properties)

    found: dict[str, Callable[..., Any] | bool] = {
        "create": create,
        "update": update,
        "update_with_logical_id": True,
        "delete": delete,
    }
    return found
