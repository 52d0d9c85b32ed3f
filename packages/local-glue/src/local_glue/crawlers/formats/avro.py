"""The built-in Avro classifier of AWS's crawlers: the schema at the beginning of the file.

Source: "Object Container Files" and "Schema Declaration" in the Avro specification.
"""

import json
from collections.abc import Iterator
from typing import Any

from local_glue.crawlers.formats import types
from local_glue.crawlers.formats.schema import UNKNOWN, Schema

MAGIC = b"Obj\x01"
_SYNC_BYTES = 16
_TYPES = {
    "null": types.NULL,
    "boolean": "boolean",
    "int": "int",
    "long": "bigint",
    "float": "float",
    "double": "double",
    "bytes": "binary",
    "string": "string",
    "enum": "string",
    "fixed": "binary",
}
_LOGICAL = {"date": "date", "timestamp-millis": "timestamp", "timestamp-micros": "timestamp"}


def classify_avro(start: bytes) -> Schema:
    """Read the schema, and count the records of the blocks that begin in the bytes given."""
    try:
        reader = _Reader(start, len(MAGIC))
        literal = dict(reader.pairs())["avro.schema"].decode()
        schema = json.loads(literal)
        named: dict[str, str] = {}
        columns = {field["name"].lower(): _hive(field["type"], named) for field in schema["fields"]}
    except (IndexError, KeyError, TypeError, ValueError, RecursionError):
        return Schema(UNKNOWN, {})
    records = size = 0
    for count, length in reader.blocks():
        records, size = records + count, size + length
    details = {"avro.schema.literal": json.dumps(schema, separators=(",", ":"))}
    return Schema("avro", columns, records=records, record_bytes=size, details=details)


class _Reader:
    """Reads Avro's binary encoding from a place on."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at = data, at

    def long(self) -> int:
        """Read a number: seven bits a byte, the sign in the last bit."""
        value = shift = 0
        while True:
            byte = self._data[self._at]
            self._at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return (value >> 1) ^ -(value & 1)

    def chunk(self) -> bytes:
        """Read a length and as many bytes."""
        length = self.long()
        self._at += length
        return self._data[self._at - length : self._at]

    def pairs(self) -> Iterator[tuple[str, bytes]]:
        """Read a map: blocks of pairs, until an empty one; then skip the sync marker."""
        while count := self.long():
            if count < 0:
                self.long()  # the block's size in bytes
            for _ in range(abs(count)):
                yield self.chunk().decode(), self.chunk()
        self._at += _SYNC_BYTES

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Return how many records and bytes the blocks have that begin here."""
        try:
            while self._at < len(self._data):
                count, length = self.long(), self.long()
                self._at += length + _SYNC_BYTES
                yield count, length
        except IndexError:
            return


def _hive(found: Any, named: dict[str, str]) -> str:
    """Return the Hive type of an Avro type; `named` holds what was defined before."""
    if isinstance(found, str):
        return _TYPES.get(found) or named[found]
    if isinstance(found, list):
        kind = types.NULL
        for one in found:
            kind = types.wider(kind, _hive(one, named))
        return kind
    if found["type"] == "array":
        return f"array<{_hive(found['items'], named)}>"
    if found["type"] == "map":
        return f"map<string,{_hive(found['values'], named)}>"
    if found["type"] in ("record", "error"):
        named[found["name"]] = "string"  # a record in itself has no Hive type
        members = (f"{field['name']}:{_hive(field['type'], named)}" for field in found["fields"])
        kind = f"struct<{','.join(members)}>"
    elif found.get("logicalType") == "decimal":
        kind = f"decimal({found['precision']},{found.get('scale', 0)})"
    else:
        kind = _LOGICAL.get(found.get("logicalType", "")) or _hive(found["type"], named)
    if "name" in found:
        named[found["name"]] = kind
    return kind
