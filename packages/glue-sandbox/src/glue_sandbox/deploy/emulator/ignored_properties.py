"""Properties that the emulator's CloudFormation accepts and silently ignores: set by the services' APIs.

MiniStack does so with point-in-time recovery of tables and with life cycles of buckets. Where CloudFormation
does set them, setting them again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from glue_sandbox.deploy.cloudformation import stack_resources
from glue_sandbox.deploy.templates import Template
from glue_sandbox.errors import SandboxError

ClientFactory = Callable[[str], Any]


def set_ignored_properties(clients: ClientFactory, stack_name: str, template: Template) -> None:
    """Set what CloudFormation may have ignored in the stack; `clients` gives a client by service name."""
    names = stack_resources(clients("cloudformation"), stack_name)
    for table, recovery in _having(
        template, names, "AWS::DynamoDB::Table", "PointInTimeRecoverySpecification"
    ):
        clients("dynamodb").update_continuous_backups(
            TableName=table, PointInTimeRecoverySpecification=recovery
        )
    for bucket, lifecycle in _having(template, names, "AWS::S3::Bucket", "LifecycleConfiguration"):
        rules = [lifecycle_rule(rule) for rule in lifecycle["Rules"]]
        clients("s3").put_bucket_lifecycle_configuration(
            Bucket=bucket, LifecycleConfiguration={"Rules": rules}
        )


def lifecycle_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """CloudFormation's way to write a life cycle rule -> S3's.

    Raises:
        SandboxError: the rule has a property that is not known here.
    """
    known = {"Id", "Status", "Prefix", "ExpirationInDays", "AbortIncompleteMultipartUpload"}
    if unknown := set(rule) - known:
        raise SandboxError(
            f"only {', '.join(sorted(known))} in a life cycle rule",
            ", ".join(sorted(unknown)),
            "add it to packages/glue-sandbox/src/glue_sandbox/deploy/emulator/ignored_properties.py",
        )

    api_rule: dict[str, Any] = {
        "ID": rule["Id"],
        "Status": rule["Status"],
        "Filter": {"Prefix": rule.get("Prefix", "")},
    }
    if "ExpirationInDays" in rule:
        api_rule["Expiration"] = {"Days": int(rule["ExpirationInDays"])}
    if "AbortIncompleteMultipartUpload" in rule:
        api_rule["AbortIncompleteMultipartUpload"] = dict(rule["AbortIncompleteMultipartUpload"])
    return api_rule


def _having(
    template: Template, names: Mapping[str, str], resource_type: str, wanted: str
) -> Iterator[tuple[str, Any]]:
    """Physical name and value of the property, of each resource of the type that has it."""
    for logical_id, resource in template["Resources"].items():
        is_there = logical_id in names  # its condition may not hold
        if is_there and resource["Type"] == resource_type and wanted in resource.get("Properties", {}):
            yield names[logical_id], resource["Properties"][wanted]
