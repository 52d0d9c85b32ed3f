"""What recorded calls need in IAM: actions on resources, by who made them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from local_glue.calls.recorder import Record

# Where signatures and policies name a service differently.
_SERVICES = {"monitoring": "cloudwatch", "email": "ses"}
# Tags travel with a copy: S3 asks for these where the source has some.
_TAGS = ("PutObjectTagging", "GetObjectTagging")
# S3's operations are no actions: those of the target, then those of a copy's source.
_OF_S3: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "HeadObject": (("GetObject",), ()),
    "ListObjects": (("ListBucket",), ()),
    "HeadBucket": (("ListBucket",), ()),
    "ListBuckets": (("ListAllMyBuckets",), ()),
    "ListObjectVersions": (("ListBucketVersions",), ()),
    "ListMultipartUploads": (("ListBucketMultipartUploads",), ()),
    "ListParts": (("ListMultipartUploadParts",), ()),
    "CreateMultipartUpload": (("PutObject",), ()),
    "UploadPart": (("PutObject",), ()),
    "CompleteMultipartUpload": (("PutObject",), ()),
    "DeleteObjects": (("DeleteObject",), ()),
    "CopyObject": (("PutObject", _TAGS[0]), ("GetObject", _TAGS[1])),
    "UploadPartCopy": (("PutObject",), ("GetObject",)),
}


@dataclass(frozen=True, order=True)
class Permission:
    """An action on a resource: an ARN, which may end with a star."""

    action: str
    resource: str

    @property
    def is_certain(self) -> bool:
        """Whether the call needs it, whatever lies there."""
        return self.action.partition(":")[2] not in _TAGS


def needed_permissions(records: Iterable[Record]) -> dict[str, set[Permission]]:
    """Return what each caller needed: the ARN of a role, or `airflow`."""
    needed: dict[str, set[Permission]] = defaultdict(set)
    for caller, service, operation, resource, source in records:
        needed[caller].update(_permissions(service, operation, resource, source))
    return dict(needed)


def _permissions(service: str, operation: str, resource: str, source: str) -> Iterator[Permission]:
    prefix = _SERVICES.get(service, service)
    of_target, of_source = (
        _OF_S3.get(operation, ((operation,), ())) if service == "s3" else ((operation,), ())
    )
    yield from (Permission(f"{prefix}:{action}", resource) for action in of_target)
    yield from (Permission(f"{prefix}:{action}", source) for action in of_source)
