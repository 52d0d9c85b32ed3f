"""Delivers CSV files to the landing prefix: finds out what kind each is, and uploads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from glue_sandbox.errors import SandboxError
from music.deliveries.kinds import KIND_OF_FOLDER, kind_by_header
from music_streams.layout import landing_folder

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# What the listens refer to has to be there before they are.
ORDER = ("songs", "users", "streams")


@dataclass(frozen=True)
class Delivery:
    """One local file and the key it will have."""

    path: Path
    kind: str
    key: str


def collect(paths: Iterable[Path]) -> list[Delivery]:
    """Return the files to deliver, songs and users first.

    In a folder songs/, users/ or user_streams/ a file is of that kind, whatever is in it; elsewhere its
    header decides, and what is no CSV there is passed over.

    Raises:
        SandboxError: a path does not exist, or a header fits no kind.
    """
    deliveries = [delivery for path in paths for delivery in _deliveries(path)]
    if not deliveries:
        raise SandboxError(
            "at least one CSV file", f"none in {', '.join(map(str, paths))}", "make seed FILE=my.csv"
        )
    return sorted(deliveries, key=lambda each: (ORDER.index(each.kind), each.key))


def upload(s3: S3Client, bucket: str, deliveries: Iterable[Delivery]) -> Iterator[Delivery]:
    """Upload one by one; yield each that is there."""
    for delivery in deliveries:
        s3.upload_file(str(delivery.path), bucket, delivery.key)
        yield delivery


def _deliveries(path: Path) -> Iterator[Delivery]:
    if not path.exists():
        raise SandboxError("a file or folder", f"no {path}", "make seed FILE=path/to/my.csv")
    if path.is_file():
        yield _delivery(path.resolve(), path.resolve())

    for file in sorted(path.rglob("*")):
        is_meant = file.name.endswith((".csv", ".csv.gz")) or KIND_OF_FOLDER.keys() & {*file.parts}
        if file.is_file() and is_meant and not file.name.startswith("."):
            if not file.resolve().is_relative_to(path.resolve()):
                raise SandboxError(
                    f"files of {path} alone",
                    f"{file} is a link to {file.resolve()}",
                    "remove the link, or copy what it leads to",
                )
            yield _delivery(file.resolve(), path.resolve())


def _delivery(file: Path, given: Path) -> Delivery:
    """Keep the folders below the kind's own: an archive must be able to tell them apart."""
    first = given if given.is_dir() else given.parent
    parts = file.relative_to(first.parent).parts
    position = next((number for number, part in enumerate(parts[:-1]) if part in KIND_OF_FOLDER), None)
    if position is None:
        kind = kind_by_header(file)
        return Delivery(file, kind, landing_folder(kind) + file.relative_to(first).as_posix())

    kind = KIND_OF_FOLDER[parts[position]]
    return Delivery(file, kind, landing_folder(kind) + "/".join(parts[position + 1 :]))
