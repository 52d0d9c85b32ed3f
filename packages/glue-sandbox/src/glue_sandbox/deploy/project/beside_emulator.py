"""A project's template for an emulator of the user's own: what is there stays, and Glue is not its matter.

Such an emulator has a CloudFormation that knows nothing of the local Glue service, and buckets, tables and
roles that were not made here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from botocore.exceptions import ClientError

from glue_sandbox.deploy.buckets import bucket_exists
from glue_sandbox.deploy.project.template_parts import Resources
from glue_sandbox.deploy.templates import Template
from glue_sandbox.errors import SandboxError

OF_GLUE, BUCKET, TABLE, ROLE = "AWS::Glue::", "AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::IAM::Role"
NAMES = {BUCKET: "BucketName", TABLE: "TableName", ROLE: "RoleName"}
"""Resources that may be there before, and the property with their name."""


def require_account(account: str, url: str, emulator: Callable[[str], Any]) -> None:
    """Require that the emulator has the sandbox's account, which is in the ARNs of the roles of jobs.

    Raises:
        SandboxError: it has another one, as moto does unless told.
    """
    found = emulator("sts").get_caller_identity()["Account"]
    if found != account:
        raise SandboxError(
            f"account {account} in the emulator at {url}, as in this sandbox",
            f"account {found}",
            f"ACCOUNT_ID={found} make up",
        )


def split(template: Template, account: str) -> tuple[Template, Resources]:
    """Return the template without Glue's resources, and these, with names instead of references."""
    resources: Resources = template["Resources"]
    arns = {
        each: f"arn:aws:iam::{account}:role/{body['Properties'][NAMES[ROLE]]}"
        for each, body in resources.items()
        if body["Type"] == ROLE
    }
    named: Resources = _with_arns(resources, arns)
    of_glue = {each: body for each, body in named.items() if body["Type"].startswith(OF_GLUE)}
    others = {each: body for each, body in named.items() if each not in of_glue}
    return {**template, "Resources": others}, of_glue


def without_existing(template: Template, held: Collection[str], emulator: Callable[[str], Any]) -> Template:
    """Return the template without buckets, tables and roles that are there and in no stack of ours.

    `held`: logical ids that our stack has.

    Raises:
        SandboxError: such a bucket would have to call functions, which changes it.
    """
    resources: Resources = template["Resources"]
    existing = {
        each
        for each, body in resources.items()
        if body["Type"] in NAMES and each not in held and _exists(body, emulator)
    }
    for each in existing:
        properties = resources[each]["Properties"]
        if "NotificationConfiguration" in properties:
            raise SandboxError(
                f"no bucket {properties['BucketName']} in the emulator, for [events] of sandbox.toml",
                "one that was not made here, whose notifications are left as they are",
                "give [events] another bucket, or delete this one, then: make up",
            )
    kept = {each: _without_needs(body, existing) for each, body in resources.items() if each not in existing}
    return {**template, "Resources": kept}


def _with_arns(value: Any, arns: dict[str, str]) -> Any:
    """Replace each {"Fn::GetAtt": [role, "Arn"]}."""
    if isinstance(value, list):
        return [_with_arns(each, arns) for each in value]
    if not isinstance(value, dict):
        return value
    wanted = value.get("Fn::GetAtt", [""])[0]
    return arns.get(wanted) or {key: _with_arns(each, arns) for key, each in value.items()}


def _without_needs(body: dict[str, Any], gone: Collection[str]) -> dict[str, Any]:
    needed = [each for each in body.get("DependsOn", []) if each not in gone]
    return {**body, "DependsOn": needed} if "DependsOn" in body else body


def _exists(body: dict[str, Any], emulator: Callable[[str], Any]) -> bool:
    name = body["Properties"][NAMES[body["Type"]]]
    if body["Type"] == BUCKET:
        return bucket_exists(emulator("s3"), name)
    try:
        if body["Type"] == TABLE:
            emulator("dynamodb").describe_table(TableName=name)
        else:
            emulator("iam").get_role(RoleName=name)
    except ClientError as error:
        if error.response["Error"].get("Code") in ("ResourceNotFoundException", "NoSuchEntity"):
            return False
        raise
    return True
