"""Releases, in the artifact bucket: a manifest each, never changed, and a history of what was promoted when.

releases/<id>/manifest.json      what the release is: its files by hash, its parameters, its proof
releases/history/<time>.json     one entry a promotion, the way back included; the last one is what is there
releases/begun.json              the promotion that began last, whether it has ended or not
releases/lock.json               there while a promotion is under way
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from pydantic import BaseModel, ConfigDict

from glue_sandbox.deploy.artifacts import Artifact
from glue_sandbox.deploy.buckets import bucket_exists
from glue_sandbox.errors import SandboxError
from glue_sandbox.promote.content import (
    DAG_FILES,
    REQUIREMENTS,
    TEMPLATES,
    Content,
    dag_file_key,
    requirements_key,
    sha256,
    template_key,
)
from glue_sandbox.promote.target import Target
from glue_sandbox.promote.uploads import read_if_there

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

RELEASES, HISTORY = "releases/", "releases/history/"


class Manifest(BaseModel):
    """One release."""

    model_config = ConfigDict(frozen=True)

    id: str
    digest: str
    commit: str
    created_at: str
    created_by: str
    note: str = ""
    proof: dict[str, Any] | None = None
    """What the tests said of this content; None where somebody promoted without, and `note` says why."""
    names: dict[str, str]
    hashes: dict[str, str]


class Entry(BaseModel):
    """One promotion."""

    model_config = ConfigDict(frozen=True)

    release: str
    at: str
    by: str
    is_way_back: bool = False
    plan: str = ""
    """The id of the plan that was executed."""


def release_id(content: Content, now: datetime) -> str:
    """Return the id of a new release: when it was made, and of what."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{content.digest[:8]}"


def history(target: Target) -> list[Entry]:
    """Return all promotions, the oldest first."""
    bucket = target.environment.buckets.artifacts
    if not bucket_exists(target.s3, bucket):
        return []
    pages = target.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=HISTORY)
    keys = sorted(found["Key"] for page in pages for found in page.get("Contents", []))
    found = (target.s3.get_object(Bucket=bucket, Key=key) for key in keys)
    return [Entry.model_validate_json(each["Body"].read()) for each in found]


def record(target: Target, entry: Entry) -> None:
    """Write down that a promotion came to its end."""
    _write_once(target, f"{HISTORY}{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{entry.release}.json", entry)


def write_manifest(target: Target, manifest: Manifest) -> None:
    """Write a release's manifest, unless it is there."""
    _write_once(target, f"{RELEASES}{manifest.id}/manifest.json", manifest)


def read_manifest(target: Target, release: str) -> Manifest:
    """Return a release's manifest.

    Raises:
        SandboxError: there is no such release.
    """
    text = read_document(target, f"{RELEASES}{release}/manifest.json")
    if text is None:
        raise SandboxError(
            f"a release {release} in s3://{target.environment.buckets.artifacts}/{RELEASES}",
            "none of that name",
            f"make releases TARGET={target.environment.name}",
        )
    return Manifest.model_validate_json(text)


def read_document(target: Target, key: str) -> bytes | None:
    """Return what lies under a key of the artifact bucket; None for nothing, and before there is a bucket."""
    return read_if_there(target.s3, target.environment.buckets.artifacts, key)


def content_of_release(target: Target, manifest: Manifest) -> Content:
    """Return all bytes of a release, each compared with its hash.

    Raises:
        SandboxError: a file is not there any more, or holds something else.
    """
    bucket, bodies = target.environment.buckets.artifacts, {}
    for name, digest in manifest.hashes.items():
        key = name
        if name.startswith(TEMPLATES):
            key = template_key(name.removeprefix(TEMPLATES), digest)
        elif name.startswith(DAG_FILES):
            key = dag_file_key(name.removeprefix(DAG_FILES), digest)
        elif name.startswith(REQUIREMENTS):
            key = requirements_key(digest)
        bodies[name] = _verified(target.s3, bucket, key, digest)

    def below(folder: str) -> dict[str, bytes]:
        return {name.removeprefix(folder): body for name, body in bodies.items() if name.startswith(folder)}

    of_code = bodies.keys() - {
        name for name in bodies if name.startswith((TEMPLATES, DAG_FILES, REQUIREMENTS))
    }
    return Content(
        code=tuple(Artifact(name, bodies[name]) for name in sorted(of_code)),
        names=manifest.names,
        templates={name: json.loads(manifest_body) for name, manifest_body in below(TEMPLATES).items()},
        dag_files=below(DAG_FILES),
        requirements=next(iter(below(REQUIREMENTS).values()), None),
    )


def _verified(s3: S3Client, bucket: str, key: str, digest: str) -> bytes:
    body = read_if_there(s3, bucket, key)
    if body is None:
        raise SandboxError(f"s3://{bucket}/{key}", "no such object", "another release: make releases")
    if sha256(body) != digest:
        raise SandboxError(
            f"SHA-256 {digest} of s3://{bucket}/{key}", sha256(body), "another release: make releases"
        )
    return body


def _write_once(target: Target, key: str, document: BaseModel) -> None:
    bucket, body = target.environment.buckets.artifacts, document.model_dump_json(indent=2).encode()
    try:
        target.s3.put_object(
            Bucket=bucket, Key=key, Body=body, IfNoneMatch="*", ContentType="application/json"
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "PreconditionFailed":
            raise
