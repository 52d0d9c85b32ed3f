"""Calls of Glue as records: with what they need in IAM, which the service knows exactly."""

from __future__ import annotations

from collections.abc import Iterator

from local_glue.api.errors import GlueError
from local_glue.api.permissions import permissions
from local_glue.calls.operations import Operation, Signed, operations
from local_glue.http import protocol


def operations_and_glue(request: Signed, account: str) -> Iterator[Operation]:
    """Yield what a request asks for, of Glue as well as of all other services."""
    for one in operations(request, account):
        if one.service != "glue":
            yield one
            continue

        scope = protocol.scope_of(request.headers.get("authorization", ""), "")
        try:
            params = protocol.parse(request.body.encode())
        except GlueError:
            params = {}
        for needed in permissions(one.name, params, scope):
            service, _, action = needed.action.partition(":")
            yield Operation(service, action, needed.resource)
