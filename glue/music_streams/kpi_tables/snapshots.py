"""One date of one KPI table as canonical lines, and the change from what may be in DynamoDB to it.

A snapshot is JSON lines below `loaded/`, named after the DynamoDB table's identity and its content, so equal
content has an equal name and a table that was recreated starts without snapshots. All snapshots of a date
together say what may be in the table: the loader puts the new one before it writes and deletes the others
after, so a killed load leaves more snapshots, never fewer.
"""

import hashlib
import heapq
import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from music_streams import contracts
from music_streams.contracts import Column, KpiTable

SIX_PLACES = Decimal("0.000001")
Key = tuple[str, ...]
Lines = Iterator[tuple[Key, str]]
"""Items sorted by key, each as the one way to write it as JSON. No date of any table is held as a whole."""


class UnsortedError(RuntimeError):
    """Rows that were to be sorted by key are not, or a key occurs twice."""


def canonical_lines(table: KpiTable, date: str, files: "Iterable[Iterable[bytes]]") -> Lines:
    """Return the output rows of one date as canonical lines, from files that are sorted by key.

    The partition's date is in the path only, so it is added back.

    Raises:
        ValueError: a row lacks a value that the contract requires.
        UnsortedError: a file is not sorted, or two rows have one key.
    """
    last: Key = ()
    for key, line in heapq.merge(*(_file_lines(table, date, rows) for rows in files)):
        if key <= last:
            raise UnsortedError(
                f"expected output of {table.name} {date} sorted by key, found {key} after {last}:"
                " run calculate_metrics_etl for this batch again"
            )
        yield key, line
        last = key


def _file_lines(table: KpiTable, date: str, rows: "Iterable[bytes]") -> Lines:
    for row in filter(bytes.strip, rows):
        item = json.loads(row, parse_float=Decimal)
        item[table.date_column] = date
        yield tuple(item[name] for name in table.key), _line(table.columns, item)


def parsed_lines(table: KpiTable, snapshot: "Iterable[bytes]") -> Lines:
    """Return the lines of a snapshot, which are sorted by key."""
    for row in snapshot:
        line = row.decode().rstrip("\n")
        item = json.loads(line)
        yield tuple(item[name] for name in table.key), line


def key_lines(table: KpiTable, items: "Iterable[Any]") -> Lines:
    """Return lines of which only the keys are known; none equals a wanted item, so all of those are put."""
    for key in sorted(tuple(item[name]["S"] for name in table.key) for item in items):
        yield key, json.dumps(dict(zip(table.key, key)), ensure_ascii=False)


def changes(table: KpiTable, wanted: Lines, known: "Iterable[Lines]") -> "Iterator[dict[str, Any]]":
    """Return the requests that lead from any of the known states, or a mixture of them, to the wanted one.

    As `batch_writer` takes them: whole items to put where any state differs, keys to delete.
    """
    states = [wanted, *known]
    numbered = heapq.merge(*(_numbered(number, lines) for number, lines in enumerate(states)))

    for key, of_key in groupby(numbered, key=itemgetter(0)):
        line_of = {number: line for _, number, line in of_key}
        if 0 not in line_of:
            yield {"DeleteRequest": {"Key": {name: {"S": value} for name, value in zip(table.key, key)}}}
        elif any(line_of.get(number) != line_of[0] for number in range(1, len(states))):
            yield {"PutRequest": {"Item": attribute_values(table.columns, json.loads(line_of[0]))}}


def _numbered(number: int, lines: Lines) -> "Iterator[tuple[Key, int, str]]":
    return ((key, number, line) for key, line in lines)


def identity_of(table_name: str, description: "Mapping[str, Any]") -> str:
    """Return what tells a DynamoDB table from one that had its name before, from DescribeTable's `Table`.

    A table that was deleted and recreated is empty: its old snapshots must not count.
    """
    return f"{table_name} {description.get('TableId') or description['CreationDateTime']}"


def name_of(table_identity: str, digest: str) -> str:
    """Return the name below `loaded/<table>/<date>/` of a snapshot whose content has this SHA-256."""
    return f"{name_start(table_identity)}{digest[:16]}.jsonl"


def name_start(table_identity: str) -> str:
    """Return what the names of all snapshots of one DynamoDB table begin with."""
    return f"{hashlib.sha256(table_identity.encode()).hexdigest()[:16]}-"


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
