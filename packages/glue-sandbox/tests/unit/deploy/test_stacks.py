"""Stacks whose resources fail: never taken for done, whatever the stack itself says."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from glue_sandbox.deploy.cloudformation import apply_stack
from glue_sandbox.errors import SandboxError

STACK = {"StackName": "s", "StackId": "arn:s", "StackStatus": "UPDATE_COMPLETE"}


class LocalStack:
    """Its CloudFormation (4.14), whose update of a job fails; it then calls the stack complete."""

    def __init__(self, *, has_failed_before: bool) -> None:
        self.events = [("s", "CREATE_COMPLETE"), ("s", "CREATE_IN_PROGRESS")]
        self.applied = has_failed_before
        if has_failed_before:
            self._fail()

    def _fail(self) -> None:
        of_stack = [("s", status) for status in ("UPDATE_COMPLETE", "ROLLBACK_COMPLETE", "UPDATE_FAILED")]
        self.events = [*of_stack, ("Job", "UPDATE_FAILED"), ("s", "UPDATE_IN_PROGRESS"), *self.events]

    def describe_stacks(self, **_: str) -> dict[str, Any]:
        return {"Stacks": [STACK]}

    def update_stack(self, **_: Any) -> None:
        if self.applied:
            error: Any = {"Code": "ValidationError", "Message": "No updates are to be performed."}
            raise ClientError({"Error": error}, "UpdateStack")
        self._fail()

    def describe_stack_events(self, **_: str) -> dict[str, Any]:
        reason = {"ResourceStatusReason": "Service: Glue"}
        return {
            "StackEvents": [
                {"LogicalResourceId": name, "ResourceStatus": status, **(reason if name == "Job" else {})}
                for name, status in self.events
            ]
        }


@pytest.mark.parametrize("has_failed_before", [False, True])
def test_a_complete_stack_with_a_failed_resource_is_a_failure_also_the_second_time(
    has_failed_before: bool,
) -> None:
    client: Any = LocalStack(has_failed_before=has_failed_before)
    with pytest.raises(SandboxError) as failed:
        apply_stack(client, "s", {"Resources": {}}, {})
    assert "without a failure; found UPDATE_COMPLETE" in str(failed.value)
    assert "then: make down" in failed.value.next_command
    assert "Job (None): Service: Glue" in failed.value.details
