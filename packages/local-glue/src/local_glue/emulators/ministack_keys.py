"""With KEYS=own, MiniStack knows one key of the account, with a secret, and checks its signatures and bodies.

By itself MiniStack takes `test`, the key that it was started with and any twelve digits for the account's,
and looks at no signature of these, and its registry of images is open. Standard library only, as it runs in
MiniStack's environment.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
from dataclasses import replace
from typing import Any

from ministack.core import iam_evaluator
from ministack.services import ecr, sts

_HASH = "x-amz-content-sha256"
_SHA256 = re.compile("[0-9a-f]{64}")


def hold_bodies_to_their_hash(server: Any) -> None:
    """From now on, a signature is one of the body that came; MiniStack believes what the header says of it.

    `server` is MiniStack's application, which has the function by a name of its own.
    """
    pin = iam_evaluator.pin_signed_body

    def pin_as_it_came(body: bytes) -> None:
        pin(body)
        request = iam_evaluator._signed_request.get()
        if request and _SHA256.fullmatch(request.headers.get(_HASH, "")):
            headers = {**request.headers, _HASH: hashlib.sha256(body).hexdigest()}
            iam_evaluator._signed_request.set(replace(request, headers=headers))

    iam_evaluator.pin_signed_body = server.pin_signed_body = pin_as_it_came


def use_own_keys(server: Any) -> None:
    """From now on, only AWS_ACCESS_KEY_ID is the account's, and its signatures are checked, too.

    `server` is MiniStack's application.
    """
    own = os.environ["AWS_ACCESS_KEY_ID"]

    def is_the_accounts(access_key_id: str) -> bool:
        return access_key_id == own

    iam_evaluator.is_root_access_key = is_the_accounts
    sts.is_root_access_key = is_the_accounts
    # Asked only where a signature would not be looked at.
    iam_evaluator._is_root_key = lambda _access_key_id: False
    close_registry(server)


def close_registry(server: Any) -> None:
    """From now on, ECR's registry answers who has the password that GetAuthorizationToken gives."""
    password = secrets.token_urlsafe(30)
    answer, get_token = server._handle_ecr_registry_request, ecr._get_authorization_token
    known = base64.b64encode(f"AWS:{password}".encode())

    async def handle(method: str, path: str, headers: dict[str, str], *more: Any) -> Any:
        sent = headers.get("authorization", "").encode()
        if server._is_ecr_registry_path(path) and not hmac.compare_digest(sent, b"Basic " + known):
            error = {"errors": [{"code": "UNAUTHORIZED", "message": "log in: aws ecr get-login-password"}]}
            asked = {"Content-Type": "application/json", "WWW-Authenticate": 'Basic realm="ecr"'}
            return 401, asked, json.dumps(error).encode()
        return await answer(method, path, headers, *more)

    def with_password(asked: Any) -> Any:
        status, headers, body = get_token(asked)
        told = json.loads(body)
        told["authorizationData"][0]["authorizationToken"] = known.decode()
        return status, headers, json.dumps(told).encode()

    server._handle_ecr_registry_request = handle
    ecr._get_authorization_token = with_password
