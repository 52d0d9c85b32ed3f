"""MiniStack's Glue is the local Glue service: for its CloudFormation, its Step Functions, and who calls it.

MiniStack's own Glue makes jobs SUCCEEDED that never ran, and nobody sees what its stacks create there: the
front door answers Glue before MiniStack is asked.

Standard library only, as it runs in MiniStack's environment.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from ministack.core.concurrency import run_reentrant
from ministack.core.responses import get_account_id, get_region
from ministack.services import glue
from ministack.services.cloudformation import provisioners, stacks

PREFIX = "AWS::Glue::"
CLOUDFORMATION_PATH = "/_glue/cloudformation"
LOWERCASE = {"AWS::Glue::Database", "AWS::Glue::Table"}
SECONDS = 60.0
Response = tuple[int, dict[str, str], bytes]


def use_glue_service(url: str) -> None:
    """From now on, MiniStack asks the service at `url`; what its own Glue kept is neither read nor saved."""
    service = GlueService(url)
    for resource_type in [name for name in provisioners._RESOURCE_HANDLERS if name.startswith(PREFIX)]:
        provisioners._RESOURCE_HANDLERS[resource_type] = handlers(service, resource_type)
    is_slow = stacks._runs_on_worker_thread
    # The service may ask MiniStack in turn, which must not wait in its one loop meanwhile.
    stacks._runs_on_worker_thread = lambda name: name.startswith(PREFIX) or is_slow(name)
    glue.handle_request = service.handle_request
    glue.get_state = dict
    glue.load_persisted_state = lambda _state: None


class GlueService:
    """Sends requests to the local Glue service in the name of whoever MiniStack works for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._own_handler = glue.handle_request

    async def handle_request(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: Any
    ) -> Response:
        """Answer a request to MiniStack's Glue, from a service of its own or past the front door."""
        target = headers.get("x-amz-target", "")
        if not target.startswith("AWSGlue."):  # the front door would send it back to here
            own: Response = await self._own_handler(method, path, headers, body, query)
            return own
        answer: Response = await run_reentrant(self.send, method, "/", target, body)
        return answer

    def provision(self, request: dict[str, Any]) -> dict[str, Any]:
        """Have one resource of a stack made, changed or deleted; ValueError says why it was not."""
        status, _, body = self.send("POST", CLOUDFORMATION_PATH, "", json.dumps(request).encode())
        answer: dict[str, Any] = json.loads(body)
        if answer.get("Status") != "SUCCESS":
            raise ValueError(answer.get("Reason") or answer.get("Message") or f"HTTP status {status}")
        return answer

    def send(self, method: str, path: str, target: str, body: bytes | str) -> Response:
        """One request, one answer; an unreachable service is a 503 that says so."""
        address = urlsplit(self.url)
        scope = f"{get_account_id()}/20260101/{get_region()}/glue/aws4_request"
        headers = {
            "content-type": "application/x-amz-json-1.1",
            "authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
            **({"x-amz-target": target} if target else {}),
        }
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=SECONDS)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        except OSError as error:
            message = f"The local Glue service at {self.url} does not answer ({error}): run `make status`"
            failure = {"__type": "ServiceUnavailableException", "Message": message}
            return 503, {"content-type": "application/x-amz-json-1.1"}, json.dumps(failure).encode()
        finally:
            connection.close()


def handlers(service: GlueService, resource_type: str) -> dict[str, Any]:
    """What MiniStack's CloudFormation calls for the resources of one type."""

    def ask(request_type: str, logical_id: str, stack_name: str, **more: Any) -> dict[str, Any]:
        default = provisioners._physical_name(
            stack_name, logical_id, lowercase=resource_type in LOWERCASE, max_len=255
        )
        return service.provision(
            {
                "RequestType": request_type,
                "ResourceType": resource_type,
                "LogicalResourceId": logical_id,
                "DefaultName": default,
                **more,
            }
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
