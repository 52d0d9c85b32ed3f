"""Creates and updates stacks through CloudFormation's API, and says why one failed."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from glue_sandbox.deploy.templates import Template
from glue_sandbox.errors import SandboxError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

TIMEOUT_SECONDS = 300.0
POLL_SECONDS = 0.05
READY = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})
# A stack in one of these can be changed no more, only deleted and created again.
BROKEN = frozenset({"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"})
# A stack's own event that opens an operation.
STARTED = frozenset({"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"})


@dataclass(frozen=True)
class Stack:
    """A stack as CloudFormation describes it."""

    name: str
    stack_id: str
    status: str
    outputs: dict[str, str]
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def is_ready(self) -> bool:
        """Whether its last create or update succeeded."""
        return self.status in READY


def list_stacks(client: CloudFormationClient) -> dict[str, Stack]:
    """All stacks that exist, by name."""
    pages = client.get_paginator("describe_stacks").paginate()
    return {stack["StackName"]: to_stack(stack) for page in pages for stack in page["Stacks"]}


def stack_resources(client: CloudFormationClient, name: str) -> dict[str, str]:
    """The stack's resources: logical id to physical id, which is mostly the name."""
    found = client.describe_stack_resources(StackName=name)["StackResources"]
    return {each["LogicalResourceId"]: each.get("PhysicalResourceId", "") for each in found}


def apply_stack(
    client: CloudFormationClient, name: str, template: Template, parameters: Mapping[str, str]
) -> Stack:
    """Create the stack, or update it where it exists; no change is no error. Waits until it is ready.

    Raises:
        SandboxError: CloudFormation refused the template, or the stack failed; with the reason.
    """
    present = _wait(client, name)
    if present and present.status in BROKEN:
        client.delete_stack(StackName=name)
        present = _wait(client, name)

    body = json.dumps(template)
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    operation = client.update_stack if present else client.create_stack

    try:
        operation(
            StackName=name,
            TemplateBody=body,
            Parameters=given,  # type: ignore[arg-type]
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
    except ClientError as error:
        message = error.response["Error"].get("Message", "")
        if present and "No updates are to be performed" in message:
            return _without_failure(client, name, present) if present.is_ready else present
        raise SandboxError(
            f"CloudFormation to take stack {name}", message, "cfn-lint infra/*.yaml"
        ) from error

    return _without_failure(client, name, _wait(client, name))


def _without_failure(client: CloudFormationClient, name: str, stack: Stack | None) -> Stack:
    """The stack, if it is ready. LocalStack says UPDATE_COMPLETE when a resource failed: its events tell."""
    reasons = failures(client, stack)
    again = (
        "make down, which forgets the half-done stack, and make up" if stack and stack.is_ready else "make up"
    )
    if stack is None or not stack.is_ready or reasons:
        raise SandboxError(
            f"stack {name} to become CREATE_COMPLETE or UPDATE_COMPLETE, without a failure",
            stack.status if stack else "no stack of that name",
            f"correct what describes the resource, as the reason says, then: {again}",
            details=reasons,
        )
    return stack


def _wait(client: CloudFormationClient, name: str) -> Stack | None:
    """The stack when nothing is under way any more; None when there is none."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while True:
        try:
            stack = to_stack(client.describe_stacks(StackName=name)["Stacks"][0])
        except ClientError as error:
            if "does not exist" in error.response["Error"].get("Message", ""):
                return None
            raise

        if stack.status == "DELETE_COMPLETE":
            return None
        if not stack.status.endswith("_IN_PROGRESS"):
            return stack
        if time.monotonic() > deadline:
            raise SandboxError(
                f"stack {name} to be ready within {TIMEOUT_SECONDS:.0f} s",
                stack.status,
                "make logs, to see what the emulator says; then: make up",
            )

        time.sleep(POLL_SECONDS)


def to_stack(description: StackTypeDef) -> Stack:
    """Return a stack as DescribeStacks has it."""
    outputs = {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}
    tags = {tag["Key"]: tag["Value"] for tag in description.get("Tags", [])}
    return Stack(
        description["StackName"], description.get("StackId", ""), description["StackStatus"], outputs, tags
    )


def failures(client: CloudFormationClient, stack: Stack | None) -> str:
    """Return why the stack's last operation failed, one line a resource, first failure first."""
    if stack is None:
        return ""
    lines: list[str] = []
    for event in client.describe_stack_events(StackName=stack.stack_id)["StackEvents"]:  # newest first
        status = event.get("ResourceStatus", "")
        if event.get("LogicalResourceId") == stack.name and status in STARTED:
            break
        if status.endswith("_FAILED"):
            reason = event.get("ResourceStatusReason", "no reason given")
            lines.append(f"{event.get('LogicalResourceId')} ({event.get('ResourceType')}): {reason}")
    # CloudFormation checks before it starts, and keeps what that finds in another list.
    if any("DescribeEvents" in line for line in lines):
        lines += _validation_failures(client, stack)
    return "\n".join(reversed(lines))


def _validation_failures(client: CloudFormationClient, stack: Stack) -> list[str]:
    failed = client.describe_events(StackName=stack.stack_id, Filters={"FailedEvents": True})
    events = failed["OperationEvents"]
    last = [event for event in events if event.get("OperationId") == events[0].get("OperationId")]
    return [
        f"{event.get('LogicalResourceId')} ({event.get('ResourceType')}): {event['ValidationStatusReason']}"
        for event in last
        if "ValidationStatusReason" in event
    ]
