"""What lies below an S3 target: objects as a tree of folders."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from local_glue.crawlers.targets import globs

_HIVE_FOLDER = re.compile(r"([A-Za-z_][\w.\- ]*)=(.*)")


@dataclass(frozen=True)
class S3Object:
    """One object: where it is and how large."""

    bucket: str
    key: str
    size: int

    @property
    def url(self) -> str:
        """The object's S3 location."""
        return f"s3://{self.bucket}/{self.key}"


@dataclass
class Folder:
    """A folder of the tree, whose path ends in `/`; or one object that is a table by itself."""

    bucket: str
    path: str
    files: list[S3Object] = field(default_factory=list)
    folders: dict[str, "Folder"] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The folder's own name; the bucket's for its root."""
        return self.path.rstrip("/").rpartition("/")[2] or self.bucket

    @property
    def url(self) -> str:
        """The folder's S3 location, as in a table's StorageDescriptor."""
        return f"s3://{self.bucket}/{self.path}"

    @property
    def level(self) -> int:
        """How deep the folder is; the bucket is level 1, as in TableLevelConfiguration."""
        return 1 + self.path.count("/")

    def all_files(self) -> Iterator[S3Object]:
        """Return the files of this folder and of all below."""
        yield from self.files
        for folder in self.folders.values():
            yield from folder.all_files()

    def find(self, url: str) -> "Folder | None":
        """Return the folder, or object, of a location; None when nothing is there."""
        if url == self.url:
            return self
        if not url.startswith(self.url):
            return None
        name = url.removeprefix(self.url).split("/", 1)[0]
        if name in self.folders:
            return self.folders[name].find(url)
        return next((alone(item) for item in self.files if item.url == url), None)

    def without(self, taken: set[str]) -> "Folder":
        """Return this folder without the folders and objects of some locations."""
        if self.url in taken:
            return Folder(self.bucket, self.path)
        folders = {name: folder.without(taken) for name, folder in self.folders.items()}
        files = [item for item in self.files if item.url not in taken]
        return Folder(self.bucket, self.path, files, folders)


def alone(item: S3Object) -> Folder:
    """Return one object as a table of its own."""
    return Folder(item.bucket, item.key, [item])


def hive_value(folder_name: str) -> tuple[str, str] | None:
    """Split `day=2024-06-25`; None for a folder that is named otherwise."""
    found = _HIVE_FOLDER.fullmatch(folder_name)
    return (found[1], found[2]) if found else None


def list_target(s3: Any, target: dict[str, Any]) -> Folder:
    """List a target: a folder, or one object.

    Hidden names (`_`, `.`) and empty objects hold no data, as for Hive and Athena.
    """
    bucket, _, path = target["Path"].partition("://")[2].partition("/")
    prefix = path if not path or path.endswith("/") else f"{path}/"
    root = Folder(bucket, prefix)
    exclusions = [globs.compiled(pattern.strip()) for pattern in target.get("Exclusions", [])]
    for item in _objects(s3, bucket, prefix):
        relative = item.key.removeprefix(prefix)
        if not _is_hidden(relative) and not any(pattern.fullmatch(relative) for pattern in exclusions):
            _add(root, item)
    if path and path != prefix and not any(True for _ in root.all_files()):
        return next((alone(item) for item in _objects(s3, bucket, path) if item.key == path), root)
    return root


def _objects(s3: Any, bucket: str, prefix: str) -> Iterator[S3Object]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            if item["Size"]:
                yield S3Object(bucket, item["Key"], item["Size"])


def _add(root: Folder, item: S3Object) -> None:
    folder = root
    for name in item.key.removeprefix(root.path).split("/")[:-1]:
        if name not in folder.folders:
            folder.folders[name] = Folder(root.bucket, f"{folder.path}{name}/")
        folder = folder.folders[name]
    folder.files.append(item)


def _is_hidden(relative: str) -> bool:
    return any(name.startswith(("_", ".")) for name in relative.split("/"))
