"""MiniStack's IAM answers the local Glue service: is a request signed by whom it says, and may that one?

MiniStack itself checks the calls that it serves. Calls of Glue are served elsewhere, and only MiniStack knows
the secrets of users and sessions, and their policies. Standard library only, as it runs in MiniStack's
environment.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from typing import Any
from urllib.parse import parse_qs

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, set_request_account_id, set_request_region
from ministack.core.router import extract_access_key_id, extract_region
from ministack.services import sts

from local_glue.http.bodies import read_body

AUTHORIZE_PATH = "/_glue/authorize"
GLUE = "glue"
_SESSION = re.compile(r"arn:aws:sts::(\d{12}):assumed-role/([^/]+)/.+")


class AuthorizationService:
    """ASGI middleware that answers at one path, which is a control path: the token was checked before."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a question of the local Glue service, pass all else on."""
        if scope["type"] != "http" or scope["path"] != AUTHORIZE_PATH:
            await self._app(scope, receive, send)
            return

        body = await read_body(receive)
        if body is None:
            return

        answer = json.dumps(authorize(json.loads(body))).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


def authorize(asked: dict[str, Any]) -> dict[str, Any]:
    """Return whether all permissions are there, else the error that AWS answers for the first that is not."""
    query = parse_qs(asked["Query"], keep_blank_values=True)
    raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in asked["Headers"]]
    headers = {name.lower(): value for name, value in asked["Headers"]}
    access_key = asked["Caller"] or extract_access_key_id(headers, query)

    try:
        set_request_account_id(iam_evaluator.find_iam_access_key_account(access_key) or access_key)
    except iam_evaluator.AmbiguousAccessKeyError:
        return _refused("glue:*", "InvalidClientTokenId", "The security token is invalid.", headers)

    set_request_region(extract_region(headers, query))

    if asked["Caller"]:
        iam_evaluator._signed_request.set(None)
        iam_evaluator._anonymous.set(False)
    else:
        iam_evaluator.pin_signed_request(asked["Method"], asked["Path"], query, raw_headers)
        iam_evaluator.pin_signed_body(base64.b64decode(asked["Body"]))

    for permission in asked["Permissions"]:
        action, resource = permission["action"], permission["resource"]
        denied = iam_evaluator.enforce(
            access_key,
            action,
            GLUE,
            extract_region(headers, query),
            resource_arn=resource,
            service_context=permission["context"],
        )
        if isinstance(denied, iam_evaluator.AuthError):
            return _refused(action, denied.code, denied.message, headers)
        if denied:
            words = iam_actions.identity_denial_message(
                action, denied.principal_arn, resource, denied.decision == "Deny"
            )
            return {"Allowed": False, "Code": "AccessDeniedException", "Message": words, "Status": 400}

    return {"Allowed": True, "Account": get_account_id()}


def role_of(access_key: str) -> str | None:
    """Return the ARN of the role that a key is a session of; None for all other keys."""
    session = sts._sessions.get(access_key)
    found = _SESSION.fullmatch(session.get("Arn", "")) if session else None
    return f"arn:aws:iam::{found[1]}:role/{found[2]}" if found else None


def _refused(action: str, code: str, message: str, headers: dict[str, str]) -> dict[str, Any]:
    """What MiniStack answers in Glue's protocol when it does not know who asks."""
    status, _, body = iam_actions.access_denied_response(
        GLUE, action, "", str(uuid.uuid4()), error_code=code, message=message, headers=headers
    )
    said = json.loads(body)
    words = said.get("message") or said.get("Message") or message
    return {"Allowed": False, "Code": said["__type"].rpartition("#")[2], "Message": words, "Status": status}
