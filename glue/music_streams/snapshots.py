"""One date of one KPI table as canonical lines, and the change from what may be in DynamoDB to it.

A snapshot is JSON lines below `loaded/`, named after the DynamoDB table's identity and its content, so equal
content has an equal name and a table that was recreated starts without snapshots. All snapshots of a date
together say what may be in the table: the loader puts the new one before it writes and deletes the others
after, so a killed load leaves more snapshots, never fewer.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from music_streams import contracts
from music_streams.contracts import Column, KpiTable

SIX_PLACES = Decimal("0.000001")
Lines = dict[tuple[str, ...], str]
"""Items by key, each as the one way to write it as JSON."""


@dataclass(frozen=True)
class Change:
    """What to write: whole items to put, keys to delete. Both as DynamoDB attribute values."""

    puts: "list[dict[str, Any]]"
    deletes: "list[dict[str, Any]]"


def canonical_lines(table: KpiTable, date: str, rows: "Iterable[bytes]") -> Lines:
    """Return the output rows of one date as canonical lines, sorted by key.

    The partition's date is in the path only, so it is added back.

    Raises:
        ValueError: a row lacks a value that the contract requires.
    """
    lines = {}
    for row in rows:
        item = json.loads(row, parse_float=Decimal)
        item[table.date_column] = date
        lines[tuple(item[name] for name in table.key)] = _line(table.columns, item)
    return dict(sorted(lines.items()))


def parsed_lines(table: KpiTable, snapshot: bytes) -> Lines:
    """Return a snapshot's lines by key."""
    lines = {}
    for line in snapshot.decode().split("\n")[:-1]:
        item = json.loads(line)
        lines[tuple(item[name] for name in table.key)] = line
    return lines


def key_lines(table: KpiTable, items: "Iterable[Any]") -> Lines:
    """Return lines of which only the keys are known; none equals a wanted item, so all of those are put."""
    keys = sorted(tuple(item[name]["S"] for name in table.key) for item in items)
    return {key: json.dumps(dict(zip(table.key, key)), ensure_ascii=False) for key in keys}


def body_of(lines: Lines) -> bytes:
    """Return the snapshot to put."""
    return "".join(f"{line}\n" for line in lines.values()).encode()


def identity_of(table_name: str, description: "Mapping[str, Any]") -> str:
    """Return what tells a DynamoDB table from one that had its name before, from DescribeTable's `Table`.

    A table that was deleted and recreated is empty: its old snapshots must not count.
    """
    return f"{table_name} {description.get('TableId') or description['CreationDateTime']}"


def name_of(table_identity: str, body: bytes) -> str:
    """Return the snapshot's name below `loaded/<table>/<date>/`."""
    return f"{name_start(table_identity)}{short_hash(body)}.jsonl"


def name_start(table_identity: str) -> str:
    """Return what the names of all snapshots of one DynamoDB table begin with."""
    return f"{short_hash(table_identity.encode())}-"


def short_hash(value: bytes) -> str:
    """Return 16 hex digits."""
    return hashlib.sha256(value).hexdigest()[:16]


def change(table: KpiTable, wanted: Lines, known: "list[Lines]") -> Change:
    """Return what leads from any of the known states, or a mixture of them, to the wanted one."""
    stale = {key for lines in known for key in lines if key not in wanted}
    differing = (line for key, line in wanted.items() if any(k.get(key) != line for k in known))
    return Change(
        [attribute_values(table.columns, json.loads(line)) for line in differing],
        [{name: {"S": value} for name, value in zip(table.key, key)} for key in sorted(stale)],
    )


def attribute_values(columns: "tuple[Column, ...]", item: "dict[str, Any]") -> "dict[str, Any]":
    """Return a canonical item as DynamoDB attribute values; what has no value is left out."""
    return {column.name: _attribute(column, item[column.name]) for column in columns if column.name in item}


def _attribute(column: Column, value: Any) -> "dict[str, Any]":
    if column.type == contracts.BOOL:
        return {"BOOL": value}
    if column.type in (contracts.INT, contracts.DECIMAL6):
        return {"N": str(value)}
    if column.type == contracts.LIST:
        return {"L": [{"M": attribute_values(column.fields, entry)} for entry in value]}
    return {"S": value}


def _line(columns: "tuple[Column, ...]", item: "dict[str, Any]") -> str:
    return json.dumps(_canonical(columns, item), ensure_ascii=False, separators=(",", ":"))


def _canonical(columns: "tuple[Column, ...]", item: "dict[str, Any]") -> "dict[str, Any]":
    """The contract's columns in its order; exact decimals as text, since JSON numbers lose their zeros."""
    canonical: dict[str, Any] = {}
    for column in columns:
        value = item.get(column.name)
        if value is None:
            if not column.optional:
                raise ValueError(f"expected a value of {column.name}, found none in {item}")
        elif column.type == contracts.DECIMAL6:
            canonical[column.name] = str(Decimal(value).quantize(SIX_PLACES))
        elif column.type == contracts.LIST:
            canonical[column.name] = [_canonical(column.fields, entry) for entry in value]
        else:
            canonical[column.name] = value
    return canonical
