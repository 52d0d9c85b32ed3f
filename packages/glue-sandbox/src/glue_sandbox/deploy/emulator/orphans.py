"""What outlived its stack: an emulator that was killed right after a deployment may forget the stacks.

Glue's resources also do when a deployment of the time before made them: beside the stacks, not in them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from glue_sandbox.deploy.buckets import bucket_exists, delete_all_objects, is_empty
from glue_sandbox.deploy.templates import Template, parameter_text
from glue_sandbox.errors import SandboxError

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client


def delete_orphaned_buckets(
    s3: S3Client, template: Template, parameters: Mapping[str, str], disposable: str
) -> None:
    """Before a stack is created: delete the buckets it is to create, if they are empty or `disposable`.

    Only ever called for the emulator.

    Raises:
        SandboxError: one of the buckets holds data.
    """
    for resource in template["Resources"].values():
        if resource["Type"] != "AWS::S3::Bucket":
            continue

        name = parameter_text(resource.get("Properties", {}).get("BucketName"), parameters)
        if name is None or not bucket_exists(s3, name):
            continue

        if name == disposable:
            delete_all_objects(s3, name)
        if not is_empty(s3, name):
            raise SandboxError(
                f"no bucket {name} before the stack that creates it",
                "one with objects: the emulator was killed before it had saved the stack",
                f"keep what you need (aws s3 sync s3://{name} …), then: make clean and make up",
            )

        s3.delete_bucket(Bucket=name)


def delete_orphaned_glue_resources(
    glue: GlueClient,
    template: Template,
    parameters: Mapping[str, str],
    held: Collection[str],
    deployed: Mapping[str, Collection[str]],
) -> list[str]:
    """Before a stack creates them: delete its template's Glue resources that earlier deployments made.

    `held`: logical ids that the stack has already. `deployed`: resource type → names that earlier deployments
    made; what others made stays, and fails the stack, as on AWS. Records of runs, tables and what was crawled
    go with what is deleted; the data in S3 stays. Return the names.
    """
    deleted: list[str] = []
    for logical_id, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        given = properties.get("Name") or properties.get("DatabaseInput", {}).get("Name")
        name = parameter_text(given, parameters)
        is_ours = name in deployed.get(resource["Type"], ())
        if logical_id not in held and name and is_ours and _delete(glue, resource["Type"], name):
            deleted.append(name)
    return deleted


def _delete(glue: GlueClient, resource_type: str, name: str) -> bool:
    """Delete one resource; False when there is none."""
    try:
        if resource_type == "AWS::Glue::Job":
            glue.get_job(JobName=name)  # deleting one that is not there is no error
            glue.delete_job(JobName=name)
        elif resource_type == "AWS::Glue::Crawler":
            glue.delete_crawler(Name=name)
        elif resource_type == "AWS::Glue::Database":
            glue.delete_database(Name=name)
        else:
            return False
    except glue.exceptions.EntityNotFoundException:
        return False
    return True
