"""MiniStack's EventBridge takes events of `aws.glue` from the local Glue service, as AWS's does from Glue.

By itself it refuses events of AWS's services from everybody, as AWS refuses them from customers. Standard
library only, as it runs in MiniStack's environment.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import eventbridge

from local_glue.http.control_paths import has_token

Response = tuple[int, dict[str, str], bytes]
Handler = Callable[..., Awaitable[Response]]
_PUT_EVENTS = "AWSEvents.PutEvents"


def taking_events_of_glue(handle: Handler, token: str) -> Handler:
    """Return a handler of EventBridge that lets the holder of the token send events of AWS's services."""

    async def answer(method: str, path: str, headers: dict[str, str], body: bytes, query: Any) -> Response:
        raw = {name.lower().encode(): value.encode() for name, value in headers.items()}
        if headers.get("x-amz-target") != _PUT_EVENTS or not has_token(raw, token):
            return await handle(method, path, headers, body, query)

        eventbridge._ensure_default_bus()
        response: Response = eventbridge._put_events(json.loads(body), allow_aws_source=True)
        return response

    return answer
