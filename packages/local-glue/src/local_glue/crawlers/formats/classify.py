"""Classifies one object: Avro, Parquet and ORC by their metadata, JSON and CSV by their first megabyte."""

import io
from dataclasses import replace
from typing import Any

import pyarrow
import pyarrow.orc
import pyarrow.parquet

from local_glue.crawlers.formats import avro, types
from local_glue.crawlers.formats.compression import BadArchive, compression, needs_all, unpacked
from local_glue.crawlers.formats.csv_format import classify_csv
from local_glue.crawlers.formats.json_format import classify_json
from local_glue.crawlers.formats.schema import UNKNOWN, Schema
from local_glue.crawlers.targets.listing import S3Object

_SAMPLE_BYTES = 1024 * 1024
# JSON without one whole document in its first megabyte is read on to here.
_LONGEST_DOCUMENT_BYTES = 10 * _SAMPLE_BYTES
# Of what can't be classified by its beginning.
_LARGEST_WHOLE_BYTES = 256 * _SAMPLE_BYTES
_FOOTER_GUESS_BYTES = 64 * 1024
_PARQUET, _ORC = b"PAR1", b"ORC"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# AWS has classifiers for these that are not built here.
_NOT_BUILT = {b"<": "XML", b"\xe0\x01\x00\xea": "Amazon Ion"}


class NotBuilt(Exception):  # noqa: N818 - a limit of this service
    """AWS classifies this format, the local Glue service doesn't."""


def read_schema(s3: Any, item: S3Object) -> Schema:
    """Classify an object, as UNKNOWN when no built-in classifier knows it.

    Raises:
        NotBuilt: the service has no classifier for its format.
    """
    start = _range(s3, item, f"bytes=0-{_SAMPLE_BYTES - 1}")
    for magic, name in _NOT_BUILT.items():
        if start.removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(magic):
            raise NotBuilt(f"{item.url} is {name}, for which the local Glue service has no classifier.")
    if start.startswith(avro.MAGIC):
        return avro.classify_avro(start)
    try:
        if start.startswith(_PARQUET):
            return _parquet(s3, item, start)
        if start.startswith(_ORC):
            return _orc(_whole(s3, item, start))
    except pyarrow.ArrowException:
        return Schema(UNKNOWN, {})
    packing = compression(start, item.key)
    try:
        return _text_schema(s3, item, start, packing)
    except BadArchive:
        return Schema(UNKNOWN, {})


def _range(s3: Any, item: S3Object, span: str) -> bytes:
    body: bytes = s3.get_object(Bucket=item.bucket, Key=item.key, Range=span)["Body"].read()
    return body


def _whole(s3: Any, item: S3Object, start: bytes) -> bytes:
    if item.size > _LARGEST_WHOLE_BYTES:
        raise NotBuilt(
            f"{item.url} has {item.size} bytes: ORC, ZIP, LZ4 and framed Snappy are read as a whole, and the "
            f"local Glue service reads at most {_LARGEST_WHOLE_BYTES}."
        )
    return start if len(start) >= item.size else _range(s3, item, f"bytes=0-{item.size - 1}")


def _parquet(s3: Any, item: S3Object, start: bytes) -> Schema:
    """Read the footer only: its length is in the last eight bytes."""
    tail = start if len(start) >= item.size else _range(s3, item, f"bytes=-{_FOOTER_GUESS_BYTES}")
    length = int.from_bytes(tail[-8:-4], "little") + 8
    if length > len(tail) and len(tail) < item.size:
        tail = _range(s3, item, f"bytes=-{length}")
    file = pyarrow.parquet.ParquetFile(io.BytesIO(_PARQUET + tail[-length:]))
    groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    return Schema(
        "parquet",
        types.from_arrow_schema(file.schema_arrow),
        records=file.metadata.num_rows,
        record_bytes=sum(group.total_byte_size for group in groups),
    )


def _orc(data: bytes) -> Schema:
    file = pyarrow.orc.ORCFile(io.BytesIO(data))
    return Schema(
        "orc", types.from_arrow_schema(file.schema), records=file.nrows, record_bytes=file.content_length
    )


def _text_schema(s3: Any, item: S3Object, start: bytes, packing: str) -> Schema:
    packed = _whole(s3, item, start) if needs_all(packing) else start
    sample = unpacked(packing, packed, _SAMPLE_BYTES)
    is_whole = len(packed) >= item.size and len(sample) < _SAMPLE_BYTES
    found = _classified(sample, is_whole)
    if found is None and not is_whole and sample.lstrip()[:1] in (b"{", b"["):
        if len(packed) < item.size:
            packed = _range(s3, item, f"bytes=0-{_LONGEST_DOCUMENT_BYTES - 1}")
        sample = unpacked(packing, packed, _LONGEST_DOCUMENT_BYTES)
        is_whole = len(packed) >= item.size and len(sample) < _LONGEST_DOCUMENT_BYTES
        found = _classified(sample, is_whole)
    return replace(found or Schema(UNKNOWN, {}), compression=packing)


def _classified(sample: bytes, is_whole: bool) -> Schema | None:
    text = _text(sample, is_whole)
    return (classify_json(text, is_whole) or classify_csv(text)) if text else None


def _text(sample: bytes, is_whole: bool) -> str | None:
    """Decode a sample up to its last whole line; None when it is no text."""
    if not is_whole:
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    try:
        text = sample.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text
