"""MiniStack's IAM is asked for CloudWatch's calls, and knows `cloudwatch:namespace`.

By that condition a role may publish its own metrics alone. By itself MiniStack has no value for it, and asks
for no permission where a request is CBOR, as SDKs send it now. Beside the standard library this needs cbor2.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import cbor2
from ministack.core import iam_actions

_ACTION = "cloudwatch:PutMetricData"
_OPERATION = re.compile(r"/operation/(\w+)$")


def know_namespaces() -> None:
    """From now on, calls need their permission, and policies may name the namespace of metrics."""
    iam_actions.request_tag_context = with_namespace(iam_actions.request_tag_context)
    iam_actions.extract_iam_action = with_operations_of_paths(iam_actions.extract_iam_action)


def with_operations_of_paths(action_of: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function for a request's action that reads it from the path, too, where CBOR has it."""

    def action(service: str, method: str, path: str, *more: Any) -> Any:
        operation = _OPERATION.search(path) if service == "monitoring" else None
        return f"cloudwatch:{operation[1]}" if operation else action_of(service, method, path, *more)

    return action


def with_namespace(context_of: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Return a function for a request's own condition keys that has the namespace, too."""

    def context(service: str, iam_action: str, body: bytes, params: Any) -> dict[str, Any]:
        found = context_of(service, iam_action, body, params)
        if iam_action == _ACTION:
            found = {**found, "cloudwatch:namespace": namespace_of(body)}
        return found

    return context


def namespace_of(body: bytes) -> str:
    """Return the namespace in any of the forms of a request; empty where there is none."""
    if body[:1] == b"{":
        return str(json.loads(body).get("Namespace", ""))
    if body.startswith(b"Action=") or b"Action=PutMetricData" in body:
        return parse_qs(body.decode("utf-8", "replace")).get("Namespace", [""])[0]
    found = cbor2.loads(body)
    return str(found.get("Namespace", "")) if isinstance(found, dict) else ""
