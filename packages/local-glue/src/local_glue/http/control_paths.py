"""Paths that show or change a service as a whole, for which AWS has no signature.

They are for the sandbox's own services, which know a token that is made for each sandbox: without it any
program of any user of this machine could empty the emulator, or read a function's code. Where no token is
set, nobody may use them. Standard library only, as in `origins`.
"""

from __future__ import annotations

import hmac
import posixpath
from collections.abc import Mapping
from typing import Any

TOKEN_HEADER = "x-local-glue-token"  # noqa: S105 - the name of a header
CALLER_HEADER = "x-local-glue-caller"  # whose signature the emulator has checked
TOKEN_VARIABLE = "GLUE_CONTROL_TOKEN"  # noqa: S105 - the name of a variable
_CONTROL = ("/_ministack", "/_localstack", "/_aws", "/_glue", "/_extension", "/_cluster")
_OPEN = frozenset(
    (
        *("/_ministack/health", "/_ministack/ready", "/_localstack/health", "/_glue/health"),
        "/_glue/bookmarks",  # its requests are signed and need permissions, as operations do
        "/_glue/jdbc-drivers",  # runs ask for what Glue has: nothing else can be had there
    )
)
# What users deploy answers below the first two; an address of the others holds a long token of its own.
_OPEN_BELOW = (
    "/_aws/execute-api/",
    "/_aws/lambda-url/",
    "/_ministack/cfn-response/",
    "/_ministack/cfn-signal/",
)


def is_control_path(path: str) -> bool:
    """Return whether a decoded path is one of them, however it is written."""
    normal = posixpath.normpath("/" + path.lstrip("/"))
    if normal != path and normal != path.rstrip("/"):  # an emulator may read it either way
        return normal.startswith(_CONTROL) or path.lstrip("/").startswith(tuple(c[1:] for c in _CONTROL))
    return path.startswith(_CONTROL) and path not in _OPEN and not path.startswith(_OPEN_BELOW)


def has_token(headers: Mapping[bytes, bytes], token: str) -> bool:
    """Return whether a request carries the token; never, where there is none."""
    sent = headers.get(TOKEN_HEADER.encode(), b"")
    return bool(token) and hmac.compare_digest(sent, token.encode())


def may_use(scope: Mapping[str, Any], token: str) -> bool:
    """Return whether a request (an ASGI scope) may use its path, as far as control paths go."""
    return not is_control_path(scope["path"]) or has_token(dict(scope["headers"]), token)
