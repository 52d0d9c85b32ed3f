"""Whether an object holds what a local file does, without reading the object: S3's etag tells."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PART_BYTES = 8 * 1024 * 1024
"""Of an upload in parts, as boto3 cuts it; the etag of the object depends on it."""


def is_same_content(path: Path, there: Mapping[str, Any]) -> bool:
    """Return whether an object holds the file's content; `there` is what HeadObject says of it."""
    if path.stat().st_size != there["ContentLength"]:
        return False
    return there["ETag"].strip('"') in (_md5(path), _etag_in_parts(path))


def _md5(path: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for part in _parts(path):
        digest.update(part)
    return digest.hexdigest()


def _etag_in_parts(path: Path) -> str:
    digests = [hashlib.md5(part, usedforsecurity=False).digest() for part in _parts(path)]
    return f"{hashlib.md5(b''.join(digests), usedforsecurity=False).hexdigest()}-{len(digests)}"


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as content:
        while part := content.read(PART_BYTES):
            yield part
