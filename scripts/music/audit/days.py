"""The evidence about some days of listens alone: nothing is read that grows with the whole history.

The tables whose partitions are dates are asked for each day. `track_level_reports` can't be: of it, the items
are read that the listens ask for or the loader has noted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Key

from music.audit.location import Place
from music.audit.snapshot import Evidence, Item, Reader, listed
from music.date_range import DaySpan
from music.partitions import dates_below
from music_streams import layout
from music_streams.contracts import KPI_TABLES, LEDGER_KEY, LEDGER_TABLE, KpiTable
from music_streams.manifest import DeliveredFile
from music_streams.threads import in_threads

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

BATCH = 100  # keys in one BatchGetItem


def read_days(place: Place, span: DaySpan) -> Evidence:
    """What there is of these days: their listens, the songs of now, the loader's notes, the items."""
    folders = [layout.CURATED_LISTENS, *(f"{layout.LOADED}{table.name}/" for table in KPI_TABLES)]
    there = in_threads(lambda folder: list(dates_below(place.s3, place.bucket, folder)), folders)
    days = sorted({day for of_folder in there for day in of_folder if day in span} | set(span.calendar()))
    prefixes = [layout.curated_partition(day) for day in days]
    prefixes += [layout.loaded_prefix(table, day) for table in KPI_TABLES for day in days]
    prefixes += [layout.landing_folder("songs"), layout.reference_prefix("songs"), layout.PENDING]
    reader = Reader(place, listed(place, prefixes))
    kept = reader.recount(refused_songs(place, reader))
    notes = {table.name: reader.notes(table) for table in KPI_TABLES}
    found = {
        table.name: items_of(place, table, days, [*kept.wanted[table.name], *_noted(notes[table.name])])
        for table in KPI_TABLES
    }
    return Evidence(
        objects=reader.objects,
        batches=(),
        ledger={},
        repeated_listens=kept.repeated,
        wanted=kept.wanted,
        found=found,
        notes=notes,
        days=tuple(days),
    )


def refused_songs(place: Place, reader: Reader) -> dict[str, Item]:
    """The ledger's rows of songs files of which there is a good copy."""
    ledger = place.dynamodb.Table(place.tables[LEDGER_TABLE])
    rows: dict[str, Item] = {}
    for copy in reader.keys(layout.reference_prefix("songs")):
        metadata = place.s3.head_object(Bucket=place.bucket, Key=copy)["Metadata"]
        key = DeliveredFile.from_metadata("songs", metadata).key
        row = ledger.get_item(Key={LEDGER_KEY: key}, ConsistentRead=True).get("Item")
        if row:
            rows[key] = row
    return rows


def items_of(place: Place, table: KpiTable, days: Iterable[str], known: Iterable[Item]) -> list[Item]:
    """The items of these days; of a table that is not kept by days, those with the keys of `known`."""
    source = place.dynamodb.Table(place.tables[table.name])
    if table.partition_key == table.date_column:
        return [
            item
            for items in in_threads(lambda day: list(_of_day(source, table, day)), days)
            for item in items
        ]
    keys = list({tuple(item[name] for name in table.key): None for item in known})
    batches = [keys[at : at + BATCH] for at in range(0, len(keys), BATCH)]
    found = in_threads(lambda batch: list(_of_keys(place, table, batch)), batches)
    return [item for items in found for item in items]


def _of_day(source: Table, table: KpiTable, day: str) -> Iterator[Item]:
    request: Any = {"KeyConditionExpression": Key(table.partition_key).eq(day), "ConsistentRead": True}
    while request:
        page = source.query(**request)
        yield from page["Items"]
        next_key = page.get("LastEvaluatedKey")
        request = {**request, "ExclusiveStartKey": next_key} if next_key else None


def _of_keys(place: Place, table: KpiTable, keys: list[tuple[str, ...]]) -> Iterator[Item]:
    name = place.tables[table.name]
    named = [dict(zip(table.key, key, strict=True)) for key in keys]
    request: Any = {name: {"Keys": named, "ConsistentRead": True}}
    while request:
        answer = place.dynamodb.batch_get_item(RequestItems=request)
        yield from answer["Responses"].get(name, [])
        request = answer["UnprocessedKeys"]


def _noted(notes: Mapping[str, list[list[Item]]]) -> Iterator[Item]:
    return (item for of_date in notes.values() for snapshot in of_date for item in snapshot)
