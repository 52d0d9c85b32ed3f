"""The files of a source: listed once, so that exclusions and bookmarks see names, sizes and times."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3

from local_glue.crawlers.targets.globs import compiled
from local_glue.dynamicframe.options import is_true

_S3 = re.compile(r"^s3[an]?://([^/]+)/?(.*)$")
_WILDCARD = re.compile(r"[*?\[{]")


@dataclass(frozen=True)
class DataFile:
    """One file: its path, its size in bytes, when it was changed (ms), and the path that was asked for."""

    path: str
    size: int
    modified: int
    root: str
    version: str = ""

    @property
    def folder(self) -> str:
        """Return the folder that it is in."""
        return self.path.rpartition("/")[0]

    def is_in_one_of(self, folders: set[str]) -> bool:
        """Return whether one of some folders is above the file."""
        parts = self.path.split("/")
        return any("/".join(parts[:n]) in folders for n in range(len(parts) - 1, 2, -1))

    def below(self, root: str) -> "DataFile":
        """Return the file as one of those below another path, where it is below it."""
        return replace(self, root=root) if self.path.startswith(f"{root}/") else self


def list_files(paths: Iterable[str], options: dict[str, Any]) -> list[DataFile]:
    """Return the files below some paths that the options of a source leave."""
    recurses = is_true(options.get("recurse", False))
    exclusions = [compiled(pattern) for pattern in _patterns(options.get("exclusions"))]
    classes = set(options.get("excludeStorageClasses", ()))
    files: dict[str, DataFile] = {}
    for path in paths:
        for file, storage_class in _below(path):
            name = file.path.removeprefix(file.root).lstrip("/")
            if storage_class in classes or _is_hidden(name) or file.size == 0:
                continue
            if any(one.fullmatch(name) or one.fullmatch(file.path) for one in exclusions):
                continue
            if recurses or _is_direct(name):
                files.setdefault(file.path, file)
    return sorted(files.values(), key=lambda file: file.path)


def _is_direct(name: str) -> bool:
    """Return whether a file is reached without recursion: in the folder, or in folders like `year=2024`."""
    return all("=" in folder for folder in name.split("/")[:-1])


def _is_hidden(name: str) -> bool:
    return any(part[:1] in ("_", ".") for part in name.split("/") if "=" not in part)


def _patterns(exclusions: Any) -> list[str]:
    """Read `exclusions`: a list of globs, mostly as a string of JSON."""
    if isinstance(exclusions, str):
        exclusions = json.loads(exclusions) if exclusions.strip().startswith("[") else [exclusions]
    return list(exclusions or ())


def _below(path: str) -> Iterator[tuple[DataFile, str]]:
    found = _S3.match(path)
    if found:
        yield from _in_bucket(found[1], found[2])
    else:
        yield from _on_disk(path)


def _in_bucket(bucket: str, key: str) -> Iterator[tuple[DataFile, str]]:
    fixed = _WILDCARD.split(key)[0]
    is_glob = fixed != key
    pattern = compiled(key.rstrip("/"))
    root = f"s3://{bucket}/{fixed.rpartition('/')[0] if is_glob else key}".rstrip("/")
    pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=fixed)
    for page in pages:
        for entry in page.get("Contents", ()):
            name = entry["Key"]
            inside = _inside(name, key, pattern) if is_glob else _is_at_or_below(name, key)
            if inside and not name.endswith("/"):
                changed = int(entry["LastModified"].timestamp() * 1000)
                file = DataFile(f"s3://{bucket}/{name}", entry["Size"], changed, root, entry.get("ETag", ""))
                yield file, entry.get("StorageClass", "STANDARD")


def _inside(name: str, key: str, pattern: re.Pattern[str]) -> bool:
    """Return whether a key matches a glob, or is below a folder that does."""
    depth = key.rstrip("/").count("/") + 1
    return bool(pattern.fullmatch("/".join(name.split("/")[:depth])))


def _is_at_or_below(name: str, key: str) -> bool:
    folder = key if key.endswith("/") or not key else f"{key}/"
    return name == key or name.startswith(folder)


def _on_disk(path: str) -> Iterator[tuple[DataFile, str]]:
    where = Path(path.removeprefix("file://").removeprefix("file:"))
    found = [where] if where.is_file() else sorted(where.rglob("*"))
    for one in found:
        if one.is_file():
            stat = one.stat()
            file = DataFile(str(one), stat.st_size, int(stat.st_mtime * 1000), str(where).rstrip("/"))
            yield file, "STANDARD"
