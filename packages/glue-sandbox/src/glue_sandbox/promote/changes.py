"""What CloudFormation would do to a stack: asked by a change set, which is kept to be executed as it is."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError
from pydantic import BaseModel, ConfigDict

from glue_sandbox.deploy.conditions import made_resources
from glue_sandbox.deploy.templates import Template
from glue_sandbox.errors import SandboxError
from glue_sandbox.promote.content import text_of

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

DATA = frozenset(
    (
        *("AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::Glue::Database", "AWS::Glue::Table"),
        *("AWS::Logs::LogGroup", "AWS::SQS::Queue"),
    )
)
"""Types of resources that hold data."""
COSTS = {
    "AWS::DynamoDB::Table": {"BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexes"},
    "AWS::Glue::Job": {"WorkerType", "NumberOfWorkers", "MaxCapacity", "Timeout", "MaxRetries"},
    "AWS::Glue::Crawler": {"Schedule"},
    "AWS::Lambda::Function": {"MemorySize", "Timeout", "ReservedConcurrentExecutions"},
    "AWS::Logs::LogGroup": {"RetentionInDays"},
    "AWS::S3::Bucket": {"LifecycleConfiguration", "VersioningConfiguration"},
}
"""Properties that change what a month costs."""
NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
KEEPING = frozenset(("Retain", "Snapshot", "ReplaceAndRetain", "ReplaceAndSnapshot"))
"""What CloudFormation says of a resource that outlives its stack or its replacement."""
POLL_SECONDS = 0.5
WAIT_SECONDS = 300.0


class ResourceChange(BaseModel):
    """What would happen to one resource."""

    model_config = ConfigDict(frozen=True)

    action: Literal["Add", "Modify", "Remove", "Import", "Dynamic"]
    logical_id: str
    type: str
    physical_id: str = ""
    is_replaced: bool = False
    """Whether it is, or may be, recreated, which deletes the old one."""
    is_kept: bool = False
    """Whether a policy of the template keeps the old one, outside of the stack."""
    properties: tuple[str, ...] = ()

    @property
    def loses_data(self) -> bool:
        """Whether data would be gone."""
        return self.type in DATA and (self.action == "Remove" or self.is_replaced) and not self.is_kept

    @property
    def costs(self) -> tuple[str, ...]:
        """Changed properties that change what a month costs."""
        return tuple(sorted(COSTS.get(self.type, set()) & {*self.properties}))


class StackChange(BaseModel):
    """What would happen to one stack."""

    model_config = ConfigDict(frozen=True)

    template: str
    stack: str
    is_new: bool
    stack_id: str = ""
    updated: str = ""
    """When the stack was changed last; it must not have been since."""
    change_set: str = ""
    """Its ARN; empty where nothing changes, and where it can only be made during the promotion."""
    waits_for: str = ""
    """The stack that has to be there before this one's change set can be made."""
    resources: tuple[ResourceChange, ...] = ()
    drift: tuple[str, ...] = ()
    """What is not as the stack has made it, in words."""


def new_stack(
    template_name: str, stack: str, template: Template, parameters: Mapping[str, str]
) -> StackChange:
    """Return the making of a stack that is not there, as far as its parameters are known."""
    added = (
        ResourceChange(action="Add", logical_id=name, type=body["Type"])
        for name, body in made_resources(template, parameters).items()
    )
    return StackChange(template=template_name, stack=stack, is_new=True, resources=tuple(added))


def make_change_set(
    client: CloudFormationClient,
    stack: str,
    name: str,
    template: Template,
    parameters: Mapping[str, str],
    tags: Mapping[str, str],
    *,
    is_new: bool,
) -> tuple[str, tuple[ResourceChange, ...]]:
    """Make a change set; return its ARN and its changes, or no ARN where nothing would change.

    Raises:
        SandboxError: CloudFormation refuses it, with its reason.
    """
    try:
        _forget(client, stack, name)
        made = client.create_change_set(
            StackName=stack,
            ChangeSetName=name,
            ChangeSetType="CREATE" if is_new else "UPDATE",
            TemplateBody=text_of(template).decode(),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_NAMED_IAM"],
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        )
    except ClientError as error:
        raise SandboxError(
            f"CloudFormation to take the template of stack {stack}",
            error.response["Error"].get("Message", str(error)),
            "correct the template or the environment's parameters, then: make plan",
        ) from error

    arn = made["Id"]
    pages = _when_made(client, arn, stack)
    if pages is None:
        client.delete_change_set(StackName=stack, ChangeSetName=arn)
        return "", ()
    return arn, tuple(_changes(pages, template))


def _forget(client: CloudFormationClient, stack: str, name: str) -> None:
    """Delete a change set of this name that a killed promotion has left."""
    try:
        client.describe_change_set(StackName=stack, ChangeSetName=name)
    except ClientError:  # there is none, or not even a stack
        return
    client.delete_change_set(StackName=stack, ChangeSetName=name)


def _when_made(client: CloudFormationClient, arn: str, stack: str) -> list[Any] | None:
    """All pages of a change set's description; None when it would change nothing."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        described = client.get_paginator("describe_change_set").paginate(StackName=stack, ChangeSetName=arn)
        pages: list[Any] = list(described)
        status, reason = pages[0]["Status"], pages[0].get("StatusReason", "")
        if status == "CREATE_COMPLETE":
            return pages if any(page.get("Changes") for page in pages) else None
        if status == "FAILED" and any(words in reason for words in NO_CHANGES):
            return None
        if status == "FAILED" or time.monotonic() > deadline:
            client.delete_change_set(StackName=stack, ChangeSetName=arn)
            raise SandboxError(
                f"a change set of stack {stack} within {WAIT_SECONDS:.0f} s",
                f"{status}: {reason}",
                "correct what the reason names, then: make plan",
            )
        time.sleep(POLL_SECONDS)


def _changes(pages: list[Any], template: Template) -> Iterator[ResourceChange]:
    for page in pages:
        for each in page.get("Changes", []):
            change = each["ResourceChange"]
            logical_id = change["LogicalResourceId"]
            body = template["Resources"].get(logical_id, {})
            policy = "UpdateReplacePolicy" if change["Action"] == "Modify" else "DeletionPolicy"
            yield ResourceChange(
                action=change["Action"],
                logical_id=logical_id,
                type=change["ResourceType"],
                physical_id=change.get("PhysicalResourceId", ""),
                is_replaced=change.get("Replacement") in ("True", "Conditional"),
                is_kept=change.get("PolicyAction") in KEEPING or body.get(policy) == "Retain",
                properties=tuple(sorted({*_properties(change)})),
            )


def _properties(change: Any) -> Iterator[str]:
    for detail in change.get("Details", []):
        target = detail.get("Target", {})
        yield target.get("Name") or target.get("Attribute") or "?"
