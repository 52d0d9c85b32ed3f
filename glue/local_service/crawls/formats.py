"""The columns of one object: Parquet by its footer, JSON lines and CSV by their first rows."""

import csv
import io
import json
import zlib
from dataclasses import dataclass
from typing import Any

import pyarrow.parquet

from local_service.crawls import types
from local_service.crawls.listing import S3Object

_SAMPLE_BYTES = 1024 * 1024
_FOOTER_GUESS_BYTES = 64 * 1024
_MAGIC = b"PAR1"
_SAMPLE_ROWS = 1000


@dataclass(frozen=True)
class Schema:
    """What an object holds: its format, its columns with Hive types, and how to read it."""

    classification: str
    columns: dict[str, str]
    compression: str = "none"
    delimiter: str = ""
    has_header: bool = False

    def merged(self, other: "Schema") -> "Schema":
        """Join the columns of two objects of one table; a column of two types gets the wider one."""
        columns = dict(self.columns)
        for name, found in other.columns.items():
            columns[name] = types.wider(columns[name], found) if name in columns else found
        return Schema(self.classification, columns, self.compression, self.delimiter, self.has_header)


def read_schema(s3: Any, item: S3Object) -> Schema | None:
    """Infer an object's schema; None when it is of no format known here."""
    if _range(s3, item, f"bytes=0-{len(_MAGIC) - 1}") == _MAGIC:
        return Schema("parquet", _parquet_columns(s3, item))
    sample = _range(s3, item, f"bytes=0-{_SAMPLE_BYTES - 1}")
    compression = "none"
    if sample.startswith(b"\x1f\x8b"):
        compression = "gzip"
        sample = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(sample, _SAMPLE_BYTES)
    is_whole = item.size <= _SAMPLE_BYTES and len(sample) < _SAMPLE_BYTES
    text = _text(sample, is_whole)
    if not text:
        return None
    return _json_lines(text, compression) or _csv(text, compression)


def _range(s3: Any, item: S3Object, span: str) -> bytes:
    body: bytes = s3.get_object(Bucket=item.bucket, Key=item.key, Range=span)["Body"].read()
    return body


def _parquet_columns(s3: Any, item: S3Object) -> dict[str, str]:
    """Read the footer only: its length is in the last eight bytes."""
    tail = _range(s3, item, f"bytes=-{_FOOTER_GUESS_BYTES}")
    length = int.from_bytes(tail[-8:-4], "little") + 8
    if length > len(tail):
        tail = _range(s3, item, f"bytes=-{length}")
    schema = pyarrow.parquet.read_schema(io.BytesIO(_MAGIC + tail[-length:]))
    return {field.name: types.from_arrow(field.type) for field in schema}


def _text(sample: bytes, is_whole: bool) -> str | None:
    """Decode a sample up to its last whole line; None when it is no text."""
    if not is_whole:
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    try:
        text = sample.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _json_lines(text: str, compression: str) -> Schema | None:
    columns: dict[str, str] = {}
    lines = [line for line in text.split("\n") if line.strip()][:_SAMPLE_ROWS]
    for line in lines:
        try:
            row = json.loads(line)
        except ValueError:
            return None
        if not isinstance(row, dict):
            return None
        for name, value in row.items():
            found = types.from_json(value)
            if found is not None:
                columns[name] = types.wider(columns[name], found) if name in columns else found
    return Schema("json", columns, compression) if columns else None


def _csv(text: str, compression: str) -> Schema | None:
    """Take the first delimiter that cuts every row into the same number of columns, two at least."""
    for delimiter in ",|\t;":
        try:
            rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
        except csv.Error:
            continue
        rows = rows[:_SAMPLE_ROWS]
        if rows and len(rows[0]) > 1 and all(len(row) == len(rows[0]) for row in rows):
            return _csv_schema(rows, compression, delimiter)
    return None


def _csv_schema(rows: list[list[str]], compression: str, delimiter: str) -> Schema:
    head, body = rows[0], rows[1:]
    body_types = [types.from_text([row[number] for row in body]) for number in range(len(head))]
    is_header = len(set(head)) == len(head) and all(
        name.strip() and types.from_text([name]) == "string" for name in head
    )
    if is_header and body:
        names = [name.strip().lower() for name in head]
        columns = dict(zip(names, body_types, strict=True))
    else:
        is_header = False
        whole = [types.from_text([row[number] for row in rows]) for number in range(len(head))]
        columns = {f"col{number}": found for number, found in enumerate(whole)}
    return Schema("csv", columns, compression, delimiter, is_header)
