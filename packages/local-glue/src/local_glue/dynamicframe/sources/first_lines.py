"""The first lines of files: where headers differ, so do the columns, or their order."""

import bz2
import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3

_HEAD_BYTES = 65_536
_MOST_FILES = 2_000  # of more files the first ones speak for all
_S3 = re.compile(r"^s3[an]?://([^/]+)/(.+)$")
_BOM = b"\xef\xbb\xbf"


def by_first_line(paths: list[str]) -> list[list[str]]:
    """Return files in groups of those that begin with the same line."""
    if len(paths) == 1 or len(paths) > _MOST_FILES:
        return [paths]
    s3 = boto3.client("s3") if _S3.match(paths[0]) else None

    def first_line(path: str) -> bytes:
        return _first_line(path, _head(path, s3))

    with ThreadPoolExecutor(max_workers=16) as pool:
        lines = list(pool.map(first_line, paths))
    groups: dict[bytes, list[str]] = {}
    for path, line in zip(paths, lines, strict=True):
        groups.setdefault(line, []).append(path)
    return list(groups.values())


def _head(path: str, s3: object) -> bytes:
    found = _S3.match(path)
    if not found:
        with Path(path.removeprefix("file://").removeprefix("file:")).open("rb") as file:
            return file.read(_HEAD_BYTES)
    answer = s3.get_object(Bucket=found[1], Key=found[2], Range=f"bytes=0-{_HEAD_BYTES - 1}")  # type: ignore[attr-defined]
    body: bytes = answer["Body"].read()
    return body


def _first_line(path: str, head: bytes) -> bytes:
    if path.endswith(".gz"):
        head = zlib.decompressobj(wbits=31).decompress(head)
    elif path.endswith(".bz2"):
        head = bz2.BZ2Decompressor().decompress(head)
    return head.removeprefix(_BOM).partition(b"\n")[0].rstrip(b"\r")
