"""With KEYS=own, LocalStack answers who signs with a secret that it knows, and nobody else.

By itself LocalStack looks at no signature, and takes a request without one. Standard library and what
LocalStack has, as it runs in LocalStack's process.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from local_glue.http.control_paths import is_control_path
from local_glue.http.signatures import Signature, SignedRequest, read_signature
from local_glue.http.signed_addresses import SignedAddress

# Of LocalStack itself, whose services sign with one fixed secret when they call each other.
_INTERNAL_HEADER, _INTERNAL_SECRET = "x-localstack-data", "INTERNAL_AWS_SECRET_ACCESS_KEY"
_OPEN = ("/_localstack/health",)
_LINKS = {"ConfirmSubscription", "Unsubscribe"}  # in SNS's messages: their token is the permission


@dataclass(frozen=True)
class Key:
    """What a caller signs with; a session has a token, too."""

    secret: str = field(repr=False)
    token: str = field(default="", repr=False)


Finder = Callable[[str], Key | None]


@dataclass(frozen=True)
class Refusal:
    """The error that AWS answers."""

    code: str
    message: str
    status: int = 403


class KeyCheck:
    """Knows the account's key, and finds those of users and sessions."""

    def __init__(self, access_key: str, secret: str, find: Finder, internal_secret: str) -> None:
        self._own = access_key, Key(secret)
        self._find = find
        self._internal = Key(internal_secret)

    def refusal(self, request: SignedRequest) -> Refusal | None:
        """Return why a request to LocalStack is refused, None for one that may pass."""
        return None if _needs_none(request) else self.check(request)

    def check(self, request: SignedRequest) -> Refusal | None:
        """Return what is wrong with a signature, None for one that is of whom it says."""
        signed = _signature(request)
        if signed is None:
            return Refusal("AccessDenied", "Sign the request: this sandbox has keys of its own (KEYS=own).")
        if not signed.is_current(datetime.now(UTC)):
            return Refusal("RequestExpired", "The signature is not of now, or holds no longer.")

        key = self._key(signed.access_key, request.headers)
        if key is None:
            return Refusal("InvalidClientTokenId", "The security token included in the request is invalid.")
        is_his_session = hmac.compare_digest(key.token.encode(), signed.token.encode())
        if not is_his_session or not signed.is_signed_with(key.secret):
            words = "The request signature we calculated does not match the signature you provided."
            return Refusal("SignatureDoesNotMatch", words)
        return None

    def authorize(self, body: bytes) -> bytes:
        """Return whether a request is signed; LocalStack holds nobody to policies."""
        asked = json.loads(body)
        headers = {name.lower(): value for name, value in asked["Headers"]}
        sent = base64.b64decode(asked["Body"])
        request = SignedRequest(asked["Method"], asked["Path"], asked["Query"], headers, sent)
        refusal = None if asked["Caller"] else self.check(request)
        answer: dict[str, Any] = {"Allowed": True}
        if refusal:
            told = {"Code": refusal.code, "Message": refusal.message, "Status": refusal.status}
            answer = {"Allowed": False, **told}
        return json.dumps(answer).encode()

    def _key(self, access_key: str, headers: Mapping[str, str]) -> Key | None:
        if _INTERNAL_HEADER in headers:  # whatever account it is for
            return self._internal
        own, key = self._own
        return key if access_key == own else self._find(access_key)


def replace_internal_secret() -> str:
    """Give LocalStack's own calls a secret that nobody knows; returns it."""
    made = secrets.token_urlsafe(30)
    for module in [module for name, module in sys.modules.items() if name.startswith("localstack.")]:
        if hasattr(module, _INTERNAL_SECRET):
            setattr(module, _INTERNAL_SECRET, made)
    return made


def find_key(access_key: str) -> Key | None:
    """Return the key of a user or of a role's session, as LocalStack's IAM and STS keep them."""
    from moto.iam.models import iam_backends
    from moto.sts.models import sts_backends

    for account, partitions in list(iam_backends.items()):
        found = partitions["aws"].access_keys.get(access_key)
        if found and found.status == "Active":
            session = sts_backends[account]["aws"].get_assumed_role_from_access_key(access_key)
            return Key(found.secret_access_key, session.session_token if session else "")
    return None


def _signature(request: SignedRequest) -> Signature | SignedAddress | None:
    names = {name for name, _ in parse_qsl(request.query)}
    is_older = {"AWSAccessKeyId", "Signature", "Expires"} <= names and "authorization" not in request.headers
    return SignedAddress(request) if is_older else read_signature(request)


def _needs_none(request: SignedRequest) -> bool:
    path = unquote(request.raw_path)
    if is_control_path(path) or path in _OPEN:
        return True  # control paths need the token, which was looked at before
    if request.method == "OPTIONS" and "x-amz-target" not in request.headers:
        return True  # a browser asks so before it sends the request, and cannot sign it
    actions = {value for name, value in parse_qsl(request.query) if name == "Action"}
    return request.method == "GET" and bool(actions) and actions <= _LINKS
