"""What AWS says of actions in IAM, from the tables of policy_sentry."""

from __future__ import annotations

from functools import cache


@cache
def expanded(pattern: str) -> tuple[str, ...]:
    """Return the actions that a pattern such as `dynamodb:Batch*` names."""
    from policy_sentry.analysis.expand import expand

    return tuple(expand(pattern)) if "*" in pattern else (pattern,)


@cache
def exists(action: str) -> bool:
    """Return whether AWS has such an action."""
    return bool(_described(action))


@cache
def takes_names(action: str) -> bool:
    """Return whether a policy may name resources of the action: then `*` says too much."""
    return any(each["resource_arn_format"] != "*" for each in _described(action))


def _described(action: str) -> list[dict[str, str]]:
    from policy_sentry.querying.actions import get_action_data

    service, _, name = action.partition(":")
    found = get_action_data(service, name)
    return list(found[service]) if found else []
