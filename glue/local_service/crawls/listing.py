"""What lies below an S3 target: objects as a tree of folders."""

import fnmatch
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

_HIVE_FOLDER = re.compile(r"([A-Za-z_][\w.\- ]*)=(.*)")


@dataclass(frozen=True)
class S3Object:
    """One object: where it is and how large."""

    bucket: str
    key: str
    size: int


@dataclass
class Folder:
    """A folder of the tree; its path ends in `/`."""

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
        """Give the files of this folder and of all below."""
        yield from self.files
        for folder in self.folders.values():
            yield from folder.all_files()


def hive_value(folder_name: str) -> tuple[str, str] | None:
    """Split `day=2024-06-25`; None for a folder that is named otherwise."""
    found = _HIVE_FOLDER.fullmatch(folder_name)
    return (found[1], found[2]) if found else None


def list_target(s3: Any, target: dict[str, Any]) -> Folder:
    """List a target. Hidden names (`_`, `.`) and empty objects hold no data, as for Hive and Athena."""
    parts = urlsplit(target["Path"])
    bucket = parts.netloc
    prefix = target["Path"].partition("://")[2].partition("/")[2]
    if prefix and not prefix.endswith("/"):
        prefix += "/"
    root = Folder(bucket, prefix)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            relative = item["Key"].removeprefix(prefix)
            if item["Size"] and not _is_hidden(relative) and not _is_excluded(relative, target):
                _add(root, S3Object(bucket, item["Key"], item["Size"]))
    return root


def _add(root: Folder, item: S3Object) -> None:
    folder = root
    for name in item.key.removeprefix(root.path).split("/")[:-1]:
        if name not in folder.folders:
            folder.folders[name] = Folder(root.bucket, f"{folder.path}{name}/")
        folder = folder.folders[name]
    folder.files.append(item)


def _is_hidden(relative: str) -> bool:
    return any(name.startswith(("_", ".")) for name in relative.split("/"))


def _is_excluded(relative: str, target: dict[str, Any]) -> bool:
    return any(_glob(pattern).fullmatch(relative) for pattern in target.get("Exclusions", []))


def _glob(pattern: str) -> re.Pattern[str]:
    """Translate an exclude pattern: `*` and `?` stay inside a folder, `**` doesn't, `{a,b}` is a choice."""
    parts = re.split(r"(\*\*|\*|\?|\{[^}]*\}|\[[^\]]*\])", pattern)
    translated = []
    for part in parts:
        if part == "**":
            translated.append(".*")
        elif part == "*":
            translated.append("[^/]*")
        elif part == "?":
            translated.append("[^/]")
        elif part.startswith("{") and part.endswith("}"):
            translated.append("(?:" + "|".join(map(re.escape, part[1:-1].split(","))) + ")")
        elif part.startswith("[") and part.endswith("]"):
            translated.append(fnmatch.translate(part).removeprefix("(?s:").removesuffix(r")\Z"))
        else:
            translated.append(re.escape(part))
    return re.compile("".join(translated), re.DOTALL)
