"""Calls of Glue as records: with what they need in IAM, which the service knows exactly."""

from __future__ import annotations

from collections.abc import Iterator

from local_glue.api.errors import GlueError
from local_glue.api.permissions import permissions
from local_glue.calls.operations import Operation, Signed, operations
from local_glue.http import protocol
from local_glue.store import Scope


def operations_and_glue(request: Signed, account: str, default: Scope) -> Iterator[Operation]:
    """Yield what a request asks for, of Glue as well as of all other services.

    Args:
        request: what was asked.
        account: the caller's, "*" where it is not known.
        default: the account of those that are not known, and the region of requests that name none.
    """
    own = default if account == "*" else Scope(account, default.region)
    for one in operations(request, account):
        if one.service != "glue":
            yield one
            continue

        scope = protocol.scope_of(request.headers.get("authorization", ""), own)
        try:
            params = protocol.parse(request.body.encode())
        except GlueError:
            params = {}
        for needed in permissions(one.name, params, scope):
            service, _, action = needed.action.partition(":")
            yield Operation(service, action, needed.resource)
