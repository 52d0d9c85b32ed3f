"""Buckets that outlived their stack: an emulator killed right after a deployment may forget the stacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from music_streams import storage
from sandbox.cloudformation_template import Template
from sandbox.errors import SandboxError

if TYPE_CHECKING:
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
