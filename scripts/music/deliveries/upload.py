"""Delivers CSV files to the landing prefix: finds out what kind each is, uploads it, says what arrived."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from glue_sandbox.errors import SandboxError
from music_streams.contracts import INPUTS
from music_streams.layout import landing_folder

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KIND_OF_FOLDER = {contract.folder.strip("/"): kind for kind, contract in INPUTS.items()}
# What the listens refer to has to be there before they are.
ORDER = ("songs", "users", "streams")


@dataclass(frozen=True)
class Delivery:
    """One local file and the key it will have."""

    path: Path
    kind: str
    key: str


def collect(paths: Iterable[Path]) -> list[Delivery]:
    """Find the files to deliver, songs and users first.

    In a folder songs/, users/ or user_streams/ a file is of that kind, whatever is in it; elsewhere its
    header decides, and what is no CSV there is passed over. Raises SandboxError for a path that is not
    there and for a header that fits nothing.
    """
    found = [delivery for path in paths for delivery in _deliveries(path)]
    if not found:
        raise SandboxError(
            "at least one file", f"none in {', '.join(map(str, paths))}", "make seed FILE=my.csv"
        )
    return sorted(found, key=lambda each: (ORDER.index(each.kind), each.key))


def upload(
    s3: S3Client, bucket: str, deliveries: Iterable[Delivery]
) -> Iterator[tuple[Delivery, int | None]]:
    """Upload one by one; yields each with its number of data rows, None where it is not readable as CSV."""
    for delivery in deliveries:
        s3.upload_file(str(delivery.path), bucket, delivery.key)
        yield delivery, count_rows(delivery.path)


def kind_by_header(path: Path) -> str:
    """`streams`, `songs` or `users`: the kind whose required columns the file has."""
    try:
        with _text(path) as text:
            header = next(csv.reader(text), [])
    except (OSError, EOFError, csv.Error) as error:
        header = [f"not readable: {error}"]
    columns = {name.strip().lower() for name in header}
    fitting = [kind for kind, contract in INPUTS.items() if columns >= set(contract.required)]
    if fitting:
        return fitting[0]
    wanted = "; ".join(f"{kind}: {', '.join(contract.required)}" for kind, contract in INPUTS.items())
    raise SandboxError(
        f"the columns of one kind of file ({wanted})",
        f"{path} with {', '.join(header)[:200] or 'no header'}",
        f"correct the header, or give a folder that is called {' or '.join(KIND_OF_FOLDER)}",
    )


def count_rows(path: Path) -> int | None:
    """Data rows after the header; quoted line breaks do not count."""
    try:
        with _text(path) as text:
            return max(0, sum(1 for _ in csv.reader(text)) - 1)
    except (OSError, EOFError, csv.Error):
        return None


def _deliveries(path: Path) -> Iterator[Delivery]:
    if not path.exists():
        raise SandboxError("a file or folder", f"no {path}", "make seed FILE=path/to/my.csv")
    if path.is_file():
        yield _delivery(path.resolve(), path.resolve())
    for file in sorted(path.rglob("*")):
        meant = file.name.endswith((".csv", ".csv.gz")) or KIND_OF_FOLDER.keys() & {*file.parts}
        if file.is_file() and meant and not file.name.startswith("."):
            yield _delivery(file.resolve(), path.resolve())


def _delivery(file: Path, given: Path) -> Delivery:
    """Keep the folders below the kind's own: an archive must be able to tell them apart."""
    first = given if given.is_dir() else given.parent
    parts = file.relative_to(first.parent).parts
    place = next((number for number, part in enumerate(parts[:-1]) if part in KIND_OF_FOLDER), None)
    if place is None:
        kind = kind_by_header(file)
        return Delivery(file, kind, landing_folder(kind) + file.relative_to(first).as_posix())
    kind = KIND_OF_FOLDER[parts[place]]
    return Delivery(file, kind, landing_folder(kind) + "/".join(parts[place + 1 :]))


def _text(path: Path) -> io.TextIOWrapper:
    raw = gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # noqa: SIM115 - the caller closes
    return io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")
