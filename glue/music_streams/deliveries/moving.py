"""Moving a delivered file without ever losing it: copy, prove the copy, and only then delete."""

import hashlib
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Optional

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from music_streams import storage
from music_streams.threads import in_threads

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef

# One CopyObject request takes 5 GB; larger objects need S3's multipart copy, which gives another etag.
ONE_REQUEST = 5 * 1024**3
COPY = TransferConfig(multipart_threshold=ONE_REQUEST, multipart_chunksize=512 * 1024**2, use_threads=False)
SOURCE_ETAG = "source-etag"


def _digest(s3: "S3Client", bucket: str, key: str, etag: Optional[str] = None) -> str:
    digest = hashlib.sha256()
    condition = {} if etag is None else {"IfMatch": f'"{etag}"'}
    body = s3.get_object(Bucket=bucket, Key=key, **condition)["Body"]  # type: ignore[arg-type]
    for chunk in body.iter_chunks(storage.CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def is_copy(
    s3: "S3Client", bucket: str, source: str, etag: str, size: int, target: str, target_bucket: str
) -> bool:
    """Whether `target` holds exactly the delivered bytes.

    Equal etags prove it. They may differ for equal bytes (multipart, KMS): then the bytes decide, or, once
    the source is gone, the etag that was recorded when this module made the copy.
    """
    found = storage.head(s3, target_bucket, target)
    if found is None or found["ContentLength"] != size:
        return False
    if storage.clean_etag(found["ETag"]) == etag:
        return True
    if storage.still_there(s3, bucket, source, etag):
        return _digest(s3, bucket, source, etag) == _digest(s3, target_bucket, target)
    return bool(found.get("Metadata", {}).get(SOURCE_ETAG) == etag)


def _copy(
    s3: "S3Client", bucket: str, source: str, etag: str, size: int, target: str, target_bucket: str
) -> Optional[str]:
    """Copy if the source is still the delivered object; its own headers go along.

    Return the copy's etag, or None if the source is another one by now. An empty one says that it was made
    in parts.
    """
    origin: CopySourceTypeDef = {"Bucket": bucket, "Key": source}
    condition: Any = {"CopySourceIfMatch": f'"{etag}"'}

    try:
        if size <= ONE_REQUEST:
            answer = s3.copy_object(Bucket=target_bucket, Key=target, CopySource=origin, **condition)
            return storage.clean_etag(answer["CopyObjectResult"]["ETag"])

        found = s3.head_object(Bucket=bucket, Key=source, IfMatch=f'"{etag}"')
        extra = {**condition, **_with_source_etag(found, etag)}
        s3.copy(origin, target_bucket, target, ExtraArgs=extra, Config=COPY)
        return ""
    except ClientError as error:
        if storage.error_code(error) in storage.MISSING | storage.CHANGED:
            return None
        raise


def _with_source_etag(found: "Mapping[str, Any]", etag: str) -> "dict[str, Any]":
    """Return what a copy is made with that has an object's headers, and keeps the etag of its source."""
    headers = {name: found[name] for name in ("ContentType", "ContentEncoding") if found.get(name)}
    metadata = {**found.get("Metadata", {}), SOURCE_ETAG: etag}
    return {**headers, "MetadataDirective": "REPLACE", "Metadata": metadata}


def _keep_source_etag(s3: "S3Client", bucket: str, key: str, etag: str, found: "Mapping[str, Any]") -> None:
    """Write into a copy with another etag (multipart, KMS) whose copy it is: its source may go any moment.

    `found` is what S3 says of it. It is copied to itself: a source replaced meanwhile changes nothing.
    """
    own = storage.clean_etag(found["ETag"])
    is_kept = own == etag or found.get("Metadata", {}).get(SOURCE_ETAG) == etag
    if not is_kept and found["ContentLength"] <= ONE_REQUEST:
        origin: CopySourceTypeDef = {"Bucket": bucket, "Key": key}
        condition: Any = {"CopySourceIfMatch": f'"{own}"', **_with_source_etag(found, etag)}
        s3.copy_object(Bucket=bucket, Key=key, CopySource=origin, **condition)


def taken_of(s3: "S3Client", bucket: str, keys: "Iterable[str]") -> "set[str]":
    """Return those of the keys that hold an object.

    A listing a folder, of what lies between the first and the last of them: the names that files get in the
    archive begin with their time, so that is hardly more than they are, and a thousand come at once.
    """
    by_folder: defaultdict[str, list[str]] = defaultdict(list)
    for key in sorted(keys):
        by_folder[key[: key.rindex("/") + 1]].append(key)

    def listed(folder: str) -> "set[str]":
        first, last = by_folder[folder][0], by_folder[folder][-1]
        found = storage.list_objects(s3, bucket, folder, after=first[:-1])
        return set(takewhile(lambda key: key <= last, (entry["Key"] for entry in found)))

    return set().union(*in_threads(listed, by_folder)).intersection(keys)


def copy_verified(
    s3: "S3Client",
    bucket: str,
    source: str,
    etag: str,
    size: int,
    targets: "tuple[str, ...]",
    target_bucket: Optional[str] = None,
    taken: "Optional[Container[str]]" = None,
) -> Optional[str]:
    """Copy the delivered object to the first of `targets` that is free or already holds it.

    They are in the bucket of the source, unless another is given; `taken` are those that are not free, where
    that is known. Returns the target, or None if the source is gone or holds other content by now and no
    target has it.

    Raises:
        RuntimeError: the copy is not equal to the source, or every target is taken by another file.
    """
    into = target_bucket or bucket
    for target in targets:
        found = storage.head(s3, into, target) if taken is None or target in taken else None
        if found is None:
            break
        if is_copy(s3, bucket, source, etag, size, target, into):
            _keep_source_etag(s3, into, target, etag, found)
            return target
    else:
        raise RuntimeError(f"no free name for {source}: {' and '.join(targets)} hold other files")
    copied = _copy(s3, bucket, source, etag, size, target, into)
    if copied is None:
        return None
    if copied == etag:  # by S3's own word, a sum of the bytes that it has stored
        return target

    if copied:
        _keep_source_etag(s3, into, target, etag, s3.head_object(Bucket=into, Key=target))
    if not is_copy(s3, bucket, source, etag, size, target, into):
        raise RuntimeError(f"the copy {target} is not equal to {source}; the original was kept")
    return target


def delete_original(s3: "S3Client", bucket: str, key: str, etag: str) -> bool:
    """Delete the delivered object if it is still that one; False if it was replaced or is gone.

    S3 compares the etag as it deletes: what is put in its place at the last moment stays, to be read.
    """
    try:
        s3.delete_object(Bucket=bucket, Key=key, IfMatch=f'"{etag}"')
        return True
    except ClientError as error:
        code = storage.error_code(error)
        if code in storage.MISSING | storage.CHANGED:
            return False
        if code not in storage.UNKNOWN:
            raise

    # Not AWS, but LocalStack 4.14, say: there the look right before is all there is.
    if not storage.still_there(s3, bucket, key, etag):
        return False
    s3.delete_object(Bucket=bucket, Key=key)
    return True
