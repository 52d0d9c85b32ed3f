"""What outlived its stack: an emulator that was killed right after a deployment may forget the stacks.

Glue's resources also do when a deployment of the time before made them: beside the stacks, not in them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from glue_sandbox.deploy.state import Deployed
from glue_sandbox.deploy.templates import Template
from glue_sandbox.errors import SandboxError
from music_streams import storage

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client


def free_bucket_names(
    s3: S3Client, template: Template, parameters: Mapping[str, str], disposable: str
) -> None:
    """Before a stack is created: delete the buckets it is to create, if they are empty or `disposable`.

    Only ever called for the emulator. SandboxError for a bucket that holds data.
    """
    for resource in template["Resources"].values():
        if resource["Type"] != "AWS::S3::Bucket":
            continue
        name = _name(resource.get("Properties", {}).get("BucketName"), parameters)
        if name is None or not _exists(s3, name):
            continue
        if name == disposable:
            storage.delete_below(s3, name, "")
        if next(storage.list_objects(s3, name, ""), None):
            raise SandboxError(
                f"no bucket {name} before the stack that creates it",
                "one with objects: the emulator was killed before it had saved the stack",
                f"keep what you need (aws s3 sync s3://{name} …), then: make clean and make up",
            )
        s3.delete_bucket(Bucket=name)


def free_glue_names(
    glue: GlueClient, template: Template, parameters: Mapping[str, str], held: Collection[str], ours: Deployed
) -> list[str]:
    """Before a stack gets them: delete its template's Glue resources that earlier deployments made.

    `held`: logical ids that the stack has already. What others made stays, and fails the stack, as on AWS.
    Records of runs, tables and what was crawled go with what is deleted; the data in S3 stays.
    Gives the names.
    """
    freed: list[str] = []
    for logical_id, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        given = properties.get("Name") or properties.get("DatabaseInput", {}).get("Name")
        name = _name(given, parameters)
        if logical_id not in held and name and _deleted(glue, resource["Type"], name, ours):
            freed.append(name)
    return freed


def _deleted(glue: GlueClient, resource_type: str, name: str, ours: Deployed) -> bool:
    """Whether there was one of ours, which is deleted."""
    try:
        if resource_type == "AWS::Glue::Job" and name in ours.jobs:
            glue.get_job(JobName=name)
            glue.delete_job(JobName=name)
        elif resource_type == "AWS::Glue::Crawler" and name == ours.crawler:
            glue.delete_crawler(Name=name)
        elif resource_type == "AWS::Glue::Database" and name == ours.catalog_database:
            glue.delete_database(Name=name)
        else:
            return False
    except glue.exceptions.EntityNotFoundException:
        return False
    return True


def _name(value: Any, parameters: Mapping[str, str]) -> str | None:
    return parameters.get(value["Ref"]) if isinstance(value, dict) and "Ref" in value else value


def _exists(s3: S3Client, name: str) -> bool:
    try:
        s3.head_bucket(Bucket=name)
    except ClientError as error:
        if storage.error_code(error) in {*storage.MISSING, "NoSuchBucket"}:
            return False
        raise
    return True
