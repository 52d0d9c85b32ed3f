"""Asks the emulator's own evaluation of policies what recorded calls a role could not make without an action.

Runs in MiniStack's environment, where AUTH=true evaluates policies by these functions. Reads roles as JSON:

{"JobsRole": {"policies": [document, …], "calls": [["s3:GetObject", ["arn", …]], …]}}

Of a call the ARNs are where it may have been: it is allowed where one of them is. Writes, for each role, the
calls that are denied as it is (""), and those that are denied without each of its actions.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from ministack.core.iam_evaluator import EvalContext, evaluate, parse_policy_document

from local_glue.emulators.ministack_patterns import match_across_lines

CONTEXT = {"cloudwatch:namespace": "MusicStreams", "kms:viaservice": "sqs.us-east-1.amazonaws.com"}
"""What requests say of themselves that a policy of this project asks for."""


def main() -> None:
    """Answer for all roles."""
    match_across_lines()
    answer = {}
    for name, role in json.load(sys.stdin).items():
        of_role = {"": _denied(role["policies"], role["calls"])}
        for action in _actions(role["policies"]):
            of_role[action] = _denied([_without(each, action) for each in role["policies"]], role["calls"])
        answer[name] = of_role
    json.dump(answer, sys.stdout)


def _denied(policies: list[Any], calls: list[Any]) -> list[str]:
    parsed = [parse_policy_document(policy) for policy in policies]
    return [
        f"{action} on {resources[0]}"
        for action, resources in calls
        if not any(_allowed(parsed, action, resource) for resource in resources)
    ]


def _allowed(policies: list[Any], action: str, resource: str) -> bool:
    account = "000000000000"
    who = f"arn:aws:sts::{account}:assumed-role/any/session"
    asked = EvalContext(who, "AssumedRole", account, action, resource, "us-east-1", service_context=CONTEXT)
    return bool(evaluate(asked, policies).decision == "Allow")


def _actions(policies: list[Any]) -> list[str]:
    return sorted({action for each in policies for one in each["Statement"] for action in _listed(one)})


def _without(policy: Any, action: str) -> Any:
    kept = [
        {**statement, "Action": [each for each in _listed(statement) if each != action]}
        for statement in policy["Statement"]
    ]
    return {**policy, "Statement": [statement for statement in kept if statement["Action"]]}


def _listed(statement: Any) -> list[str]:
    action = statement["Action"]
    return action if isinstance(action, list) else [action]


if __name__ == "__main__":
    main()
