"""Calls of Amazon MWAA: who may make them, and who answers them where an Airflow runs beside this service.

Only the emulator's IAM can say who signed a request. Airflow itself answers what is allowed: it knows its own
API, and the token that shows that a request has passed here.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from starlette.types import Receive, Scope, Send

from local_glue import store
from local_glue.api.errors import GlueError
from local_glue.api.permissions import Permission
from local_glue.calls.operations import BY_ROLE, OF_MWAA
from local_glue.http import protocol
from local_glue.http.authorization import Authorizer
from local_glue.http.bodies import BodyTooLargeError, read_body
from local_glue.http.control_paths import TOKEN_HEADER
from local_glue.http.reverse_proxy import ReverseProxy

SIGNING_NAME = "airflow"
_MAX_BODY_BYTES = 1024 * 1024
_FORBIDDEN, _TOO_LARGE, _SERVER_ERROR = 403, 413, 500
# In the order in which IAM is asked; whoever may act as one of them may call.
_ROLES = ("Admin", "Op", "User", "Viewer", "Public")
_PATH = re.compile(r"/(\w+)/?(.*)")


def permissions(method: str, path: str, scope: store.Scope) -> Iterator[Permission]:
    """Yield what a caller may be allowed, any one of it, to make this call.

    Source: the resource types of each action in the Service Authorization Reference of Amazon MWAA.
    """
    found = _PATH.match(path)
    kind, name = (found[1], unquote(found[2])) if found else ("", "")
    operation = OF_MWAA.get((method, kind), "") if name else "ListEnvironments"
    prefix = f"arn:aws:airflow:{scope.region}:{scope.account}"

    if operation in BY_ROLE:
        yield from (Permission(f"airflow:{operation}", f"{prefix}:role/{name}/{role}") for role in _ROLES)
    elif kind == "tags":
        yield Permission(f"airflow:{operation}", name)
    elif name:
        yield Permission(f"airflow:{operation}", f"{prefix}:environment/{name}")
    else:
        yield Permission(f"airflow:{operation}", "*")


class Mwaa:
    """Lets those through to Airflow who may call MWAA."""

    def __init__(self, url: str, token: str, authorizer: Authorizer | None, default: store.Scope) -> None:
        self.proxy = ReverseProxy(url, name="Airflow")
        self._token, self._authorizer, self._default = token, authorizer, default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or have Airflow answer it."""
        try:
            body = await read_body(receive, _MAX_BODY_BYTES)
        except BodyTooLargeError:
            await _refuse(send, _TOO_LARGE, "ValidationException", f"more than {_MAX_BODY_BYTES} bytes")
            return
        if body is None:
            return

        request = protocol.request_of(scope, body)
        try:
            await asyncio.to_thread(self._check, request)
        except GlueError as error:
            if error.status >= _SERVER_ERROR:
                await _refuse(send, error.status, "InternalServerException", str(error))
            else:
                await _refuse(send, _FORBIDDEN, error.code, str(error))
            return

        sent = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def again() -> Any:
            return next(sent, None) or await receive()

        await self.proxy.pass_on({**scope, "headers": self._shown(scope["headers"])}, again, send)

    def _check(self, request: protocol.Request) -> None:
        """Return when the caller has one of the permissions.

        Raises:
            GlueError: the last of them was refused.
        """
        if self._authorizer is None:
            return
        authorization = protocol.authorization_of(dict(request.headers))
        refusal: GlueError | None = None
        for needed in permissions(
            request.method, request.raw_path, protocol.scope_of(authorization, self._default)
        ):
            try:
                self._authorizer.require([needed], request)
                return
            except GlueError as error:
                refusal = refusal or error
        if refusal:
            raise refusal

    def _shown(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        name = TOKEN_HEADER.encode()
        return [*(header for header in headers if header[0] != name), (name, self._token.encode())]


def is_mwaa(headers: protocol.Headers) -> bool:
    """Return whether a request is signed for MWAA."""
    signed = protocol.service_of(protocol.authorization_of(headers))
    return signed == SIGNING_NAME


async def _refuse(send: Send, status: int, code: str, text: str) -> None:
    body = json.dumps({"message": text}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"x-amzn-errortype", code.encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
