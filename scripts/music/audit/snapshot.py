"""All that the audit compares, read once: S3's listing, the runs' papers, ledger, KPI tables, a recount."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer

from music.audit.location import Place
from music.audit.recount import recounted
from music_streams import layout, moving, snapshots, storage
from music_streams.contracts import KPI_TABLES, LEDGER_KEY, LEDGER_TABLE, KpiTable
from music_streams.ledger import FAILED
from music_streams.manifest import DeliveredFile, utc
from music_streams.threads import in_threads

if TYPE_CHECKING:
    import duckdb

Item = dict[str, Any]
SONG_COLUMNS = ("id", "track_id", "track_name", "artists", "track_genre", "duration_ms")


@dataclass(frozen=True)
class StoredObject:
    """One object of the bucket; `modified` as all papers note times."""

    etag: str
    size: int
    modified: str


@dataclass(frozen=True)
class Batch:
    """One run as its papers tell it; `papers` has the names of those it left below batches/."""

    batch_id: str
    created_at: str
    files: tuple[DeliveredFile, ...]
    papers: frozenset[str]
    counted: Mapping[str, Item] = field(default_factory=dict)
    """What calculate_metrics_etl counted of each file, by file_id."""

    @property
    def is_done(self) -> bool:
        """It has come to the end of its last job."""
        return "archived.json" in self.papers


@dataclass(frozen=True)
class Evidence:
    """The state of one moment."""

    objects: Mapping[str, StoredObject]
    batches: tuple[Batch, ...]
    """Oldest first."""
    ledger: Mapping[str, Item]
    source_etags: Mapping[str, str] = field(default_factory=dict)
    """The delivered object's etag where an archived copy has another one, as the copy's metadata note it."""
    rejected_lines: Mapping[str, int] = field(default_factory=dict)
    """Rows below rejected/ by file_id."""
    curated_listens: Mapping[str, int] = field(default_factory=dict)
    """Distinct listens in curated/ by the file_id they came with."""
    repeated_listens: Mapping[str, int] = field(default_factory=dict)
    """Date → how many of its listens curated/ holds more than once."""
    wanted: Mapping[str, list[Item]] = field(default_factory=dict)
    found: Mapping[str, list[Item]] = field(default_factory=dict)
    notes: Mapping[str, Mapping[str, list[list[Item]]]] = field(default_factory=dict)
    """Table → date → the snapshots below loaded/ of this very table; each as its items."""
    unfinished_uploads: tuple[str, ...] = ()
    days: tuple[str, ...] | None = None
    """The days of listens that this is about; None: all there is, files and ledger, too."""

    def below(self, prefix: str) -> list[str]:
        """Keys of the objects below a prefix, without the markers that stand for folders."""
        return [key for key in self.objects if key.startswith(prefix) and not key.endswith("/")]


@dataclass(frozen=True)
class Kept:
    """What curated/ holds, and what the KPI tables must hold by it."""

    listens: Mapping[str, int]
    repeated: Mapping[str, int]
    wanted: Mapping[str, list[Item]]


def read_evidence(place: Place) -> Evidence:
    """Read all of it."""
    reader = Reader(place, listed(place, [""]))
    ledger = {str(row[LEDGER_KEY]): row for row in _scan(place, LEDGER_TABLE)}
    batches = reader.batches()
    kept = reader.recount(ledger)
    uploads = place.s3.get_paginator("list_multipart_uploads").paginate(Bucket=place.bucket)
    return Evidence(
        objects=reader.objects,
        batches=batches,
        ledger=ledger,
        source_etags=reader.source_etags({file.etag for batch in batches for file in batch.files}),
        rejected_lines=reader.rejected_lines(),
        curated_listens=kept.listens,
        repeated_listens=kept.repeated,
        wanted=kept.wanted,
        found={table.name: list(_scan(place, table.name)) for table in KPI_TABLES},
        notes={table.name: reader.notes(table) for table in KPI_TABLES},
        unfinished_uploads=tuple(upload["Key"] for page in uploads for upload in page.get("Uploads", [])),
    )


def listed(place: Place, prefixes: Iterable[str]) -> dict[str, StoredObject]:
    """The objects below these prefixes, in key order."""
    pages = in_threads(
        lambda prefix: list(storage.list_objects(place.s3, place.bucket, prefix)), list(prefixes)
    )
    return {
        entry["Key"]: StoredObject(
            storage.clean_etag(entry["ETag"]), entry["Size"], utc(entry["LastModified"])
        )
        for page in pages
        for entry in page
    }


class Reader:
    """The objects of one bucket, of which only the listed ones are there."""

    def __init__(self, place: Place, objects: Mapping[str, StoredObject]) -> None:
        self._place = place
        self._s3 = place.s3
        self._bucket = place.bucket
        self.objects = objects

    def keys(self, prefix: str, suffix: str = "") -> list[str]:
        """Keys of the listed objects."""
        return [key for key in self.objects if key.startswith(prefix) and key.endswith(suffix)]

    def _body(self, key: str) -> bytes:
        return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def _json(self, key: str) -> Item:
        found: Item = json.loads(self._body(key)) if key in self.objects else {}
        return found

    def batches(self) -> tuple[Batch, ...]:
        """Every run that had work."""
        found = in_threads(self._batch, self.keys(layout.MANIFESTS, ".json"))
        return tuple(sorted(found, key=lambda batch: (batch.created_at, batch.batch_id)))

    def _batch(self, manifest_key: str) -> Batch:
        frozen = self._json(manifest_key)
        batch_id = str(frozen["batch_id"])
        calculated = self._json(layout.calculated_key(batch_id))
        folder = layout.calculated_key(batch_id).rpartition("/")[0] + "/"
        return Batch(
            batch_id,
            str(frozen["created_at"]),
            tuple(DeliveredFile.from_dict(facts) for facts in frozen["files"]),
            frozenset(key.removeprefix(folder) for key in self.keys(folder)),
            {
                facts["file_id"]: facts
                for name in ("files", "reference_files")
                for facts in calculated.get(name, [])
            },
        )

    def source_etags(self, delivered: set[str]) -> dict[str, str]:
        """Of archived objects that were copied in parts or encrypted: equal bytes under another etag."""
        keys = [
            key
            for key in self.keys("archive/")
            if not key.endswith("/") and self.objects[key].etag not in delivered
        ]
        heads = in_threads(lambda key: self._s3.head_object(Bucket=self._bucket, Key=key), keys)
        noted = (
            (key, head["Metadata"].get(moving.SOURCE_ETAG)) for key, head in zip(keys, heads, strict=True)
        )
        return {key: etag for key, etag in noted if etag}

    def rejected_lines(self) -> dict[str, int]:
        """Rows by file_id; a row is a line."""
        keys = self.keys("rejected/", ".json")
        lines = in_threads(lambda key: sum(1 for line in self._body(key).splitlines() if line), keys)
        counts: dict[str, int] = {}
        for key, count in zip(keys, lines, strict=True):
            file_id = key.rpartition("/")[0].rpartition("file_id=")[2]
            counts[file_id] = counts.get(file_id, 0) + count
        return counts

    def notes(self, table: KpiTable) -> dict[str, list[list[Item]]]:
        """The loader's notes on what is in one DynamoDB table, by date."""
        name = self._place.tables[table.name]
        description = self._place.dynamodb.meta.client.describe_table(TableName=name)["Table"]
        start = snapshots.name_start(snapshots.identity_of(name, description))
        prefix = f"{layout.LOADED}{table.name}/"
        found: dict[str, list[list[Item]]] = {}
        for key in self.keys(prefix):
            date, _, file = key.removeprefix(prefix).partition("/")
            if file.startswith(start):
                lines = snapshots.parsed_lines(table, self._body(key)).values()
                found.setdefault(date, []).append([_item(table, line) for line in lines])
        return found

    def recount(self, ledger: Mapping[str, Item]) -> Kept:
        """What curated/ holds, and what the KPI tables must hold by those listens and the songs of now."""
        import duckdb

        with TemporaryDirectory() as folder, duckdb.connect() as db:
            self._load_listens(db, Path(folder))
            self._load_songs(db, Path(folder), ledger)
            of_file = db.execute("SELECT file_id, count(*) FROM origins GROUP BY ALL").fetchall()
            repeated = db.execute(
                "SELECT strftime(listened_at, '%Y-%m-%d'), count(*) FROM origins"
                " WHERE copies > 1 GROUP BY ALL"
            ).fetchall()
            wanted = recounted(db, [table.name for table in KPI_TABLES])
            return Kept(dict(of_file), dict(repeated), wanted)

    def _load_listens(self, db: duckdb.DuckDBPyConnection, folder: Path) -> None:
        """Curated may hold a listen twice after a crash: it counts once, for the file that sorts first."""
        db.execute(
            "CREATE TABLE curated (user_id VARCHAR, track_id VARCHAR, listened_at TIMESTAMP,"
            " source_key VARCHAR, file_id VARCHAR)"
        )
        rows = self._fetched(self.keys(layout.CURATED_LISTENS, ".parquet"), folder / "curated", ".parquet")
        if rows:
            # epoch_us: a time with a zone would be shown in the zone of this machine.
            db.execute(
                "INSERT INTO curated SELECT user_id, track_id, make_timestamp(epoch_us(listen_time)),"
                " source_key, file_id FROM read_parquet(?, hive_partitioning = false)",
                [rows],
            )
        db.execute(
            "CREATE TABLE origins AS SELECT user_id, track_id, listened_at,"
            " arg_min(file_id, (source_key, file_id)) AS file_id, count(*) AS copies"
            " FROM curated GROUP BY ALL"
        )
        db.execute("CREATE VIEW listens AS SELECT user_id, track_id, listened_at FROM origins")

    def _load_songs(self, db: duckdb.DuckDBPyConnection, folder: Path, ledger: Mapping[str, Item]) -> None:
        """The rows of the songs files that a run of now would read: as last delivered well.

        A file that was taken away counts no more; one that was refused counts with its last good copy.
        """
        landed = self.keys(layout.landing_folder("songs"))
        refused = [
            key
            for key, row in ledger.items()
            if row.get("kind") == "songs" and row.get("validation_status") == FAILED
        ]
        in_use = {layout.reference_key("songs", key) for key in (*landed, *refused)}
        copies = [key for key in self.keys(layout.reference_prefix("songs")) if key in in_use]
        names = ", ".join(f"{name} VARCHAR" for name in SONG_COLUMNS)
        db.execute(f"CREATE TABLE song_rows ({names})")
        rows = self._fetched(copies, folder / "songs", ".jsonl")
        if rows:
            columns = dict.fromkeys((*SONG_COLUMNS, "problem"), "VARCHAR")
            db.execute(
                f"INSERT INTO song_rows SELECT {', '.join(SONG_COLUMNS)} FROM read_json({rows},"  # noqa: S608
                f" format = 'newline_delimited', columns = {columns}) WHERE problem IS NULL"
            )

    def _fetched(self, keys: Iterable[str], folder: Path, suffix: str) -> list[str]:
        """Local copies of objects; the list as DuckDB's functions take it."""
        folder.mkdir()

        def fetch(numbered: tuple[int, str]) -> str:
            number, key = numbered
            target = folder / f"{number}{suffix}"
            self._s3.download_file(self._bucket, key, str(target))
            return str(target)

        return in_threads(fetch, enumerate(keys))


def _item(table: KpiTable, line: str) -> Item:
    """A line of a snapshot as the item it stands for."""
    read = TypeDeserializer().deserialize
    values = snapshots.attribute_values(table.columns, json.loads(line))
    return {name: read(value) for name, value in values.items()}


def _scan(place: Place, contract: str) -> Iterator[Item]:
    table = place.dynamodb.Table(place.tables[contract])
    page: Any = table.scan(ConsistentRead=True)
    yield from page["Items"]
    while "LastEvaluatedKey" in page:
        page = table.scan(ConsistentRead=True, ExclusiveStartKey=page["LastEvaluatedKey"])
        yield from page["Items"]
