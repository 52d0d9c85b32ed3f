"""Who may call Glue: the emulator's IAM says, for it knows users, roles, sessions and their policies."""

from __future__ import annotations

import base64
import http.client
import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from local_glue.api.errors import GlueError, InternalServiceException
from local_glue.api.permissions import Permission, permissions
from local_glue.hints import hint
from local_glue.http import protocol
from local_glue.http.control_paths import CALLER_HEADER, TOKEN_HEADER, has_token
from local_glue.http.protocol import Request
from local_glue.settings import Settings

AUTHORIZE_PATH = "/_glue/authorize"  # of the emulator
SECONDS = 30.0


class NotAuthorized(GlueError):  # noqa: N818 - named as a fact
    """The emulator's answer: its code and words are those that AWS has."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(message)
        self._code = code
        self.status = status

    @property
    def code(self) -> str:
        """The code of AWS."""
        return self._code


class Authorizer:
    """Asks the emulator whether a request's signature is right, and its caller may do what it asks for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._address = urlsplit(settings.emulator_url)

    def check(self, operations: Sequence[str], request: Request) -> None:
        """Return when the caller is allowed all that it would need for these operations of Glue.

        Raises:
            NotAuthorized: the signature is wrong, or a permission is missing.
            InternalServiceException: nobody answers; nothing is allowed then.
        """
        try:
            params = protocol.parse(request.body)
        except GlueError:
            params = {}  # refused as soon as it is known who asks
        scope = protocol.scope_of(protocol.authorization_of(dict(request.headers)), self._settings.scope)
        self.require(
            [one for operation in operations for one in permissions(operation, params, scope)], request
        )

    def require(self, needed: Sequence[Permission], request: Request) -> None:
        """Return when the caller is who it says, and has all of these permissions.

        Raises:
            NotAuthorized: the signature is wrong, or a permission is missing.
            InternalServiceException: nobody answers; nothing is allowed then.
        """
        headers = dict(request.headers)
        is_passed_on = has_token(headers, self._settings.access.token)
        caller = headers.get(CALLER_HEADER.encode(), b"").decode("latin-1") if is_passed_on else None
        if is_passed_on and not caller:
            return  # one of the sandbox's own services asks for itself
        authorization = protocol.authorization_of(headers)
        if self._is_everybodys_key(caller or protocol.access_key_of(authorization)):
            return
        self._require(needed, request, caller)

    def _is_everybodys_key(self, access_key: str) -> bool:
        """Whether no signature is checked for it: the account's own key, which everybody knows."""
        is_the_accounts = access_key == self._settings.access_key_id or re.fullmatch(r"\d{12}", access_key)
        return bool(is_the_accounts) and not self._settings.has_own_keys

    def _require(self, needed: Sequence[Permission], request: Request, caller: str | None) -> None:
        asked = {
            "Caller": caller,
            "Method": request.method,
            "Path": request.raw_path,
            "Query": request.query,
            "Headers": [[n.decode("latin-1"), v.decode("latin-1")] for n, v in request.headers],
            "Body": base64.b64encode(request.body).decode(),
            "Permissions": [vars(permission) for permission in needed],
        }
        answer = self._ask(json.dumps(asked).encode())
        if not answer.get("Allowed"):
            raise NotAuthorized(answer["Code"], answer["Message"], answer["Status"])

    def _ask(self, body: bytes) -> dict[str, Any]:
        connection = http.client.HTTPConnection(
            self._address.hostname or "", self._address.port, timeout=SECONDS
        )
        headers = {"content-type": "application/json", TOKEN_HEADER: self._settings.access.token}
        try:
            connection.request("POST", AUTHORIZE_PATH, body, headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != http.HTTPStatus.OK:
                raise ValueError(f"HTTP status {answer.status}")
            found: dict[str, Any] = json.loads(text)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise InternalServiceException(
                f"The emulator's IAM at {self._address.geturl()} does not answer ({error}). "
                f"{hint('start_emulator')}."
            ) from error
        finally:
            connection.close()
        return found
