"""Which kind of delivery a file is, by its header; and what it is instead, if it is no text."""

from __future__ import annotations

import csv
import gzip
import io
import re
import shlex
import zlib
from collections.abc import Sequence
from pathlib import Path

from glue_sandbox.errors import SandboxError
from music_streams.contracts import INPUTS
from music_streams.deliveries.csv_reader import SAVE_AS_CSV, WORKBOOKS, ZIP, separator_of

KIND_OF_FOLDER = {contract.folder.strip("/"): kind for kind, contract in INPUTS.items()}
START_BYTES = 64 * 1024
"""Of a file, where its header stands."""
SIGNATURES = {
    ZIP: "a workbook or ZIP",
    b"\xd0\xcf\x11\xe0": "a workbook or another document of an older Office",
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF document",
}
GZIP = b"\x1f\x8b"
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
"""Bytes that no text has."""


def kind_by_header(path: Path) -> str:
    """Return `streams`, `songs` or `users`: the kind whose required columns the file has.

    Raises:
        SandboxError: it has not those of any kind, or is no CSV file at all.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            start = file.read(START_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise SandboxError("a file that can be read", f"{path}: {error}", "make seed FILE=my.csv") from error
    _must_be_text(path, start)

    header = _header(start)
    columns = {name.strip().lower() for name in header}
    for kind, contract in INPUTS.items():
        # A file with another separator is of its kind, too: what is wrong with it is said of it by name.
        if columns >= set(contract.required) or separator_of(",".join(header), contract.required):
            return kind

    raise _no_kind(path, header, columns)


def _no_kind(path: Path, header: Sequence[str], columns: set[str]) -> SandboxError:
    """Return what is said of a file whose first line names the columns of no kind."""
    kinds = (f"of {kind}: {', '.join(contract.required)}" for kind, contract in INPUTS.items())
    closest = max(INPUTS, key=lambda kind: len(columns & {*INPUTS[kind].required}))
    missing = [name for name in INPUTS[closest].required if name not in columns]
    command = f"make seed FILE={shlex.quote(str(path))}"
    has_some = len(missing) < len(INPUTS[closest].required)
    remedy = (
        f"name its columns so (of a file of {closest} it lacks {' and '.join(missing)})"
        if has_some
        else "write the names of the columns in its first line"
    )
    return SandboxError(
        f"a first line with the names of the columns, {'; '.join(kinds)}",
        f"{path.name} with {', '.join(header)[:200] or 'an empty first line'}; nothing was uploaded",
        f"{remedy}, then: {command}",
    )


def _must_be_text(path: Path, start: bytes) -> None:
    """Stop at a file whose bytes are no text, before any of them is taken for a header."""
    plain = path.with_name(re.sub(r"(\.csv)?\.\w+$", "", path.name) + ".csv")
    what = next((what for signature, what in SIGNATURES.items() if start.startswith(signature)), "")
    if path.name.lower().endswith(WORKBOOKS):
        what = "a workbook"
    if start.startswith(GZIP):
        raise _no_csv(path, "compressed with gzip", "name it so", plain.with_suffix(".csv.gz"))
    if what or CONTROL.search(start):
        raise _no_csv(path, what or "a binary file", SAVE_AS_CSV, plain)


def _no_csv(path: Path, what: str, remedy: str, result: Path) -> SandboxError:
    command = f"make seed FILE={shlex.quote(str(result))}"
    return SandboxError("a CSV file", f"{path}, which is {what}", f"{remedy}, then: {command}")


def _header(start: bytes) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(start.decode("utf-8-sig", errors="replace"), newline="")), [])
    except csv.Error as error:
        return [f"not readable: {error}"]
