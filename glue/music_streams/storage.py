"""The few things the jobs do with S3, each safe to repeat."""

import json
import tempfile
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any, Optional

from botocore.exceptions import ClientError

from music_streams.threads import pieces

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MISSING = {"404", "NoSuchKey", "NotFound"}
CHANGED = {"412", "PreconditionFailed"}
UNKNOWN = {"501", "NotImplemented"}
DENIED = {"403", "AccessDenied", "InvalidObjectState"}
"""Nobody who reads this object now gets it: it is forbidden, or lies in Glacier."""
CHUNK = 1024 * 1024
DELETE_BATCH = 1000


def error_code(error: ClientError) -> str:
    """AWS's own code of a failed call."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_unreadable(error: ClientError) -> bool:
    """Whether a read failed because of the object, so that the next try would fail, too."""
    code = error_code(error)
    return code in DENIED or code.startswith("KMS.")


def clean_etag(etag: str) -> str:
    """An entity tag without the quotes S3 puts round it."""
    return etag.strip('"')


def read_json(s3: "S3Client", bucket: str, key: str) -> Any:
    """A JSON object's value, or None if there is no such object."""
    try:
        return json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    except ClientError as error:
        if error_code(error) in MISSING:
            return None
        raise


def fetch(s3: "S3Client", bucket: str, key: str) -> "IO[bytes]":
    """Return an object's content as a file of this process."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115  # the caller closes it
    for chunk in s3.get_object(Bucket=bucket, Key=key)["Body"].iter_chunks(CHUNK):
        copy.write(chunk)
    copy.seek(0)
    return copy


def write_json(s3: "S3Client", bucket: str, key: str, value: Any) -> None:
    """Put a value as readable JSON; S3 shows all of it or nothing."""
    body = json.dumps(value, indent=2, ensure_ascii=False).encode()
    s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")


def list_objects(
    s3: "S3Client", bucket: str, prefix: str, after: "Optional[str]" = None
) -> "Iterator[dict[str, Any]]":
    """Every object below a prefix, in key order, page by page; of those after a key, if one is given."""
    start: Any = {} if after is None else {"StartAfter": after}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, **start):
        for entry in page.get("Contents", []):
            yield dict(entry)


def exists_below(s3: "S3Client", bucket: str, prefix: str) -> bool:
    """Whether any object lies below a prefix."""
    return bool(s3.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1).get("Contents"))


def head(s3: "S3Client", bucket: str, key: str) -> "Optional[dict[str, Any]]":
    """What S3 says of an object, or None if there is no such object."""
    try:
        return dict(s3.head_object(Bucket=bucket, Key=key))
    except ClientError as error:
        if error_code(error) in MISSING:
            return None
        raise


def still_there(s3: "S3Client", bucket: str, key: str, etag: str) -> bool:
    """Whether the object is there with the content it had when `etag` was read."""
    found = head(s3, bucket, key)
    return found is not None and clean_etag(found["ETag"]) == etag


def know_conditional_deletes(s3: "S3Client") -> None:
    """Have the client's DeleteObject send `IfMatch`, whether its boto3 knows of it or not.

    S3 has it since 2024; Glue's Python shell comes with boto3 1.21, of 2022.
    """
    s3.meta.events.register("before-parameter-build.s3.DeleteObject", _note_condition)
    s3.meta.events.register("before-call.s3.DeleteObject", _send_condition)


def _note_condition(params: "dict[str, Any]", context: "dict[str, Any]", **_: Any) -> None:
    if "IfMatch" in params:
        context["delete_if_match"] = params.pop("IfMatch")


def _send_condition(params: "dict[str, Any]", context: "dict[str, Any]", **_: Any) -> None:
    if "delete_if_match" in context:
        params["headers"]["If-Match"] = context["delete_if_match"]  # before it is signed


def delete_below(s3: "S3Client", bucket: str, prefix: str) -> int:
    """Delete every object below a prefix; returns how many."""
    keys = [entry["Key"] for entry in list_objects(s3, bucket, prefix)]
    delete_keys(s3, bucket, keys)
    return len(keys)


def delete_keys(s3: "S3Client", bucket: str, keys: "list[str]") -> None:
    """Delete objects by the thousand.

    Raises:
        RuntimeError: S3 kept some of them.
    """
    for batch in pieces(keys, DELETE_BATCH):
        answer = s3.delete_objects(
            Bucket=bucket, Delete={"Objects": [{"Key": k} for k in batch], "Quiet": True}
        )
        if answer.get("Errors"):
            raise RuntimeError(f"S3 kept objects that were to be deleted: {answer['Errors'][:3]}")
