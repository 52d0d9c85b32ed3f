"""Reads an audit's snapshot: S3's listing, the runs' results, ledger, KPI tables, and a recount."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from music.audit import curated
from music.audit.location import DataLocation
from music.audit.recount import recounted
from music.audit.snapshot import AuditSnapshot, Batch, Item, Recount, StoredObject
from music_streams import layout, step_results, storage
from music_streams.contracts import KPI_TABLES, LEDGER_KEY, LEDGER_TABLE, KpiTable
from music_streams.deliveries import manifest, moving
from music_streams.deliveries.manifest import utc
from music_streams.kpi_tables import snapshots
from music_streams.ledger import FAILED
from music_streams.step_results import Calculated
from music_streams.threads import in_threads


def read_snapshot(location: DataLocation) -> AuditSnapshot:
    """Return all there is in one deployment.

    Raises:
        ClientError: AWS refused a call; an object that was listed is gone.
    """
    objects = listed(location, [""])
    if location.archive_bucket != location.bucket:
        archived = listed(location, [layout.ARCHIVE], location.archive_bucket)
        objects = dict(sorted((objects | archived).items()))
    reader = SnapshotReader(location, objects)
    ledger = {str(row[LEDGER_KEY]): row for row in _scan(location, LEDGER_TABLE)}
    batches = reader.batches()
    recount = reader.recount(ledger)
    uploads = [
        upload["Key"]
        for bucket in dict.fromkeys((location.bucket, location.archive_bucket))
        for page in location.s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket)
        for upload in page.get("Uploads", [])
    ]

    return AuditSnapshot(
        objects=reader.objects,
        batches=batches,
        ledger=ledger,
        source_etags=reader.source_etags({file.etag for batch in batches for file in batch.files}),
        rejected_lines=reader.rejected_lines(),
        curated_listens=recount.listens,
        repeated_listens=recount.repeated,
        unknown_listens=recount.unknown,
        recounted=recount.items,
        items={table.name: list(_scan(location, table.name)) for table in KPI_TABLES},
        loaded_snapshots={table.name: reader.loaded_snapshots(table) for table in KPI_TABLES},
        unfinished_uploads=tuple(uploads),
    )


def listed(location: DataLocation, prefixes: Iterable[str], bucket: str = "") -> dict[str, StoredObject]:
    """Return the objects below these prefixes of the data bucket, or of another, in key order."""
    where = bucket or location.bucket
    pages = in_threads(lambda prefix: list(storage.list_objects(location.s3, where, prefix)), list(prefixes))
    return {
        entry["Key"]: StoredObject(
            storage.clean_etag(entry["ETag"]), entry["Size"], utc(entry["LastModified"])
        )
        for page in pages
        for entry in page
    }


class SnapshotReader:
    """Reads what the listed objects of one bucket hold; no other object exists for it."""

    def __init__(self, location: DataLocation, objects: Mapping[str, StoredObject]) -> None:
        self._location = location
        self._s3 = location.s3
        self._bucket = location.bucket
        self.objects = objects

    def keys(self, prefix: str, suffix: str = "") -> list[str]:
        """Return keys of the listed objects."""
        return [key for key in self.objects if key.startswith(prefix) and key.endswith(suffix)]

    def batches(self) -> tuple[Batch, ...]:
        """Return every run that had work, oldest first."""
        batches = in_threads(self._batch, self.keys(layout.MANIFESTS, ".json"))
        return tuple(sorted(batches, key=lambda batch: (batch.created_at, batch.batch_id)))

    def source_etags(self, delivered: set[str]) -> dict[str, str]:
        """Return archived key → delivered etag, of objects that were copied in parts or encrypted."""
        keys = [
            key
            for key in self.keys(layout.ARCHIVE)
            if not key.endswith("/") and self.objects[key].etag not in delivered
        ]
        heads = in_threads(self._head_in_archive, keys)
        etags = (head["Metadata"].get(moving.SOURCE_ETAG) for head in heads)
        return {key: etag for key, etag in zip(keys, etags, strict=True) if etag}

    def _head_in_archive(self, key: str) -> Mapping[str, Any]:
        """What S3 says of an object in archive/, which may be from before there was a bucket for it."""
        of_own = storage.head(self._s3, self._location.archive_bucket, key)
        return of_own or self._s3.head_object(Bucket=self._bucket, Key=key)

    def rejected_lines(self) -> dict[str, int]:
        """Return file_id → rejected rows; a row is a line."""
        keys = self.keys(layout.REJECTED, ".json")
        lines = in_threads(lambda key: sum(1 for line in self._body(key).splitlines() if line), keys)

        counts: dict[str, int] = {}
        for key, count in zip(keys, lines, strict=True):
            file_id = key.rpartition("/")[0].rpartition("file_id=")[2]
            counts[file_id] = counts.get(file_id, 0) + count
        return counts

    def loaded_snapshots(self, table: KpiTable) -> dict[str, list[list[Item]]]:
        """Return date → the loader's snapshots of what is in one DynamoDB table, each as its items."""
        name = self._location.tables[table.name]
        description = self._location.dynamodb.meta.client.describe_table(TableName=name)["Table"]
        start = snapshots.name_start(snapshots.identity_of(name, description))
        prefix = layout.loaded_table_prefix(table)

        by_date: dict[str, list[list[Item]]] = {}
        for key in self.keys(prefix):
            date, _, file = key.removeprefix(prefix).partition("/")
            if file.startswith(start):
                rows = self._body(key).splitlines()
                lines = [line for _, line in snapshots.parsed_lines(table, rows)]
                by_date.setdefault(date, []).append([_item(table, line) for line in lines])
        return by_date

    def recount(self, ledger: Mapping[str, Item]) -> Recount:
        """Return what curated/ holds, and the items that follow from it and the present songs."""
        import duckdb

        with TemporaryDirectory() as folder, duckdb.connect() as db:
            parquet = self.keys(layout.CURATED_LISTENS, ".parquet")
            curated.load_listens(db, self._downloaded(parquet, Path(folder) / "curated", ".parquet"))
            songs = self._songs_in_use(ledger)
            curated.load_songs(db, self._downloaded(songs, Path(folder) / "songs", ".parquet"))

            items = recounted(db, [table.name for table in KPI_TABLES])
            return Recount(
                curated.listens_by_file(db), curated.repeated_by_date(db), curated.unknown_by_file(db), items
            )

    def _batch(self, manifest_key: str) -> Batch:
        frozen = manifest.read(self._s3, self._bucket, layout.batch_of_manifest(manifest_key))
        folder = layout.batch_prefix(frozen.batch_id)
        results = frozenset(key.removeprefix(folder) for key in self.keys(folder))
        calculated = step_results.read(self._s3, self._bucket, frozen.batch_id, Calculated)
        counted = () if calculated is None else (*calculated.files, *calculated.reference_files)

        return Batch(
            frozen.batch_id,
            frozen.created_at,
            frozen.files,
            results,
            {file.staged.delivered.file_id: file.to_json() for file in counted},
        )

    def _songs_in_use(self, ledger: Mapping[str, Item]) -> list[str]:
        """Return the copies of songs files that a run would read now: as last delivered well.

        A file that was taken away counts no more; one that was refused counts with its last good copy.
        """
        landed = self.keys(layout.landing_folder("songs"))
        refused = [
            key
            for key, row in ledger.items()
            if row.get("kind") == "songs" and row.get("validation_status") == FAILED
        ]
        in_use = {layout.reference_key("songs", key) for key in (*landed, *refused)}
        return [key for key in self.keys(layout.reference_prefix("songs")) if key in in_use]

    def _downloaded(self, keys: Iterable[str], folder: Path, suffix: str) -> list[str]:
        """Return paths of local copies of these objects."""
        folder.mkdir()

        def download(numbered: tuple[int, str]) -> str:
            number, key = numbered
            target = folder / f"{number}{suffix}"
            self._s3.download_file(self._bucket, key, str(target))
            return str(target)

        return in_threads(download, enumerate(keys))

    def _body(self, key: str) -> bytes:
        return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()


def _item(table: KpiTable, line: str) -> Item:
    """Return the item that a line of a snapshot stands for."""
    read = TypeDeserializer().deserialize
    values = snapshots.attribute_values(table.columns, json.loads(line))
    return {name: read(value) for name, value in values.items()}


def _scan(location: DataLocation, contract: str) -> Iterator[Item]:
    table = location.dynamodb.Table(location.tables[contract])
    page: Any = table.scan(ConsistentRead=True)
    yield from page["Items"]
    while "LastEvaluatedKey" in page:
        page = table.scan(ConsistentRead=True, ExclusiveStartKey=page["LastEvaluatedKey"])
        yield from page["Items"]
