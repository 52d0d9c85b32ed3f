"""The snapshot of some days of listens alone: nothing is read that grows with the whole history.

Tables whose partitions are dates are queried by day. `track_level_reports` can't be: of it, those items are
read that the listens call for or that a snapshot of the loader has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Key

from music.audit.location import DataLocation
from music.audit.reader import SnapshotReader, listed
from music.audit.snapshot import AuditSnapshot, Item
from music.date_range import DateRange
from music.partitions import dates_below
from music_streams import layout
from music_streams.contracts import KPI_TABLES, LEDGER_KEY, LEDGER_TABLE, KpiTable
from music_streams.deliveries.manifest import DeliveredFile
from music_streams.threads import in_threads

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

BATCH = 100  # keys in one BatchGetItem


def read_days(location: DataLocation, dates: DateRange) -> AuditSnapshot:
    """Return the listens of these days, the present songs, the loader's snapshots and the items.

    Raises:
        ClientError: AWS refused a call; an object that was listed is gone.
    """
    days = _days_with_data(location, dates)
    prefixes = [layout.curated_partition(day) for day in days]
    prefixes += [layout.loaded_prefix(table, day) for table in KPI_TABLES for day in days]
    prefixes += [layout.landing_folder("songs"), layout.reference_prefix("songs"), layout.PENDING]
    reader = SnapshotReader(location, listed(location, prefixes))

    recount = reader.recount(refused_songs(location, reader))
    loaded = {table.name: reader.loaded_snapshots(table) for table in KPI_TABLES}
    items = {
        table.name: items_of(location, table, days, [*recount.items[table.name], *_all(loaded[table.name])])
        for table in KPI_TABLES
    }

    return AuditSnapshot(
        objects=reader.objects,
        batches=(),
        ledger={},
        repeated_listens=recount.repeated,
        recounted=recount.items,
        items=items,
        loaded_snapshots=loaded,
        days=tuple(days),
    )


def refused_songs(location: DataLocation, reader: SnapshotReader) -> dict[str, Item]:
    """Return the ledger's rows, by key, of songs files of which there is a good copy."""
    ledger = location.dynamodb.Table(location.tables[LEDGER_TABLE])

    rows: dict[str, Item] = {}
    for copy in reader.keys(layout.reference_prefix("songs")):
        metadata = location.s3.head_object(Bucket=location.bucket, Key=copy)["Metadata"]
        key = DeliveredFile.from_metadata("songs", metadata).key
        row = ledger.get_item(Key={LEDGER_KEY: key}, ConsistentRead=True).get("Item")
        if row:
            rows[key] = row
    return rows


def items_of(
    location: DataLocation, table: KpiTable, days: Iterable[str], known: Iterable[Item]
) -> list[Item]:
    """Return the items of these days; of a table that is not kept by days, those with the keys of `known`."""
    source = location.dynamodb.Table(location.tables[table.name])
    if table.partition_key == table.date_column:
        by_day = in_threads(lambda day: list(_of_day(source, table, day)), days)
        return [item for items in by_day for item in items]

    keys = list({tuple(item[name] for name in table.key): None for item in known})
    batches = [keys[at : at + BATCH] for at in range(0, len(keys), BATCH)]
    by_batch = in_threads(lambda batch: list(_of_keys(location, table, batch)), batches)
    return [item for items in by_batch for item in items]


def _days_with_data(location: DataLocation, dates: DateRange) -> list[str]:
    folders = [layout.CURATED_LISTENS, *(layout.loaded_table_prefix(table) for table in KPI_TABLES)]
    by_folder = in_threads(lambda folder: list(dates_below(location.s3, location.bucket, folder)), folders)
    return sorted({day for days in by_folder for day in days if day in dates} | set(dates.calendar()))


def _of_day(source: Table, table: KpiTable, day: str) -> Iterator[Item]:
    request: Any = {"KeyConditionExpression": Key(table.partition_key).eq(day), "ConsistentRead": True}
    while request:
        page = source.query(**request)
        yield from page["Items"]
        next_key = page.get("LastEvaluatedKey")
        request = {**request, "ExclusiveStartKey": next_key} if next_key else None


def _of_keys(location: DataLocation, table: KpiTable, keys: list[tuple[str, ...]]) -> Iterator[Item]:
    name = location.tables[table.name]
    named = [dict(zip(table.key, key, strict=True)) for key in keys]
    request: Any = {name: {"Keys": named, "ConsistentRead": True}}
    while request:
        answer = location.dynamodb.batch_get_item(RequestItems=request)
        yield from answer["Responses"].get(name, [])
        request = answer["UnprocessedKeys"]


def _all(loaded: Mapping[str, list[list[Item]]]) -> Iterator[Item]:
    return (item for of_date in loaded.values() for snapshot in of_date for item in snapshot)
