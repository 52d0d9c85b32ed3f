"""A bucket and tables of one's own in a real emulator, and the four jobs run in this process against them."""

from __future__ import annotations

import importlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import TypeDeserializer
from oracle import differences, oracle_items
from pyspark.sql import SparkSession

from music.audit.checks.disagreement import Disagreement
from music.audit.location import DataLocation
from music.audit.reader import read_snapshot
from music.audit.report import findings
from music_streams import layout, storage
from music_streams.contracts import KPI_TABLES, LEDGER_KEY, LEDGER_TABLE
from music_streams.deliveries import manifest

JOBS = ("validate_input_files", "calculate_metrics_etl", "insert_metrics_dynamo", "archive_streams_files")
STREAMS = "spotify_data/user_streams/"
SONGS = "spotify_data/songs/"
USERS = "spotify_data/users/"
Item = dict[str, Any]


class Pipeline:
    """Deliver files, run batches, look at what came of it."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch
        suffix = uuid.uuid4().hex[:8]
        self.bucket = f"jobs-{suffix}"
        self.tables = {
            name: f"{name}-{suffix}" for name in [table.name for table in KPI_TABLES] + [LEDGER_TABLE]
        }
        self.s3 = boto3.client("s3")
        self.dynamodb = boto3.client("dynamodb")
        self.own_archive = ""
        self.s3.create_bucket(Bucket=self.bucket)
        for table in KPI_TABLES:
            self._create(table.name, table.key)
        self._create(LEDGER_TABLE, (LEDGER_KEY,))

    def archive_apart(self) -> str:
        """Let archive/ lie in a bucket of its own; its name."""
        self.own_archive = f"{self.bucket}-archive"
        self.s3.create_bucket(Bucket=self.own_archive)
        return self.own_archive

    def _create(self, name: str, key: tuple[str, ...]) -> None:
        self.dynamodb.create_table(
            TableName=self.tables[name],
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": column, "AttributeType": "S"} for column in key],
            KeySchema=[
                {"AttributeName": column, "KeyType": kind}  # type: ignore[typeddict-item]
                for column, kind in zip(key, ("HASH", "RANGE"), strict=False)
            ],
        )

    def deliver(self, key: str, content: bytes | str) -> None:
        body = content.encode() if isinstance(content, str) else content
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)

    def deliver_folder(self, folder: Path) -> None:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name != "README.md":
                self.deliver(layout.LANDING_PREFIX + path.relative_to(folder).as_posix(), path.read_bytes())

    def run(self, batch_id: str) -> None:
        """One undisturbed run of the DAG's steps."""
        if self.freeze(batch_id):
            for name in JOBS:
                self.job(name, batch_id)

    def freeze(self, batch_id: str, only: str | None = None) -> bool:
        """What check_files does; False: the run is skipped.

        `only` this stream file and no pending date: as if nothing else had been there at that moment.
        """
        frozen = manifest.freeze(self.s3, self.bucket, layout.LANDING_PREFIX, batch_id)
        if only is not None:
            files = tuple(file for file in frozen.files if file.kind != "streams" or file.key == only)
            alone = asdict(replace(frozen, files=files, pending=()))
            storage.write_json(self.s3, self.bucket, layout.manifest_key(batch_id), alone)
        return frozen.is_work

    def job(self, name: str, batch_id: str) -> None:
        options = [
            "--bucket",
            self.bucket,
            "--batch_id",
            batch_id,
            "--ledger_table",
            self.tables[LEDGER_TABLE],
        ]
        if name == "insert_metrics_dynamo":
            names = {table.name: self.tables[table.name] for table in KPI_TABLES}
            options += ["--tables", json.dumps(names)]
        if name == "archive_streams_files" and self.own_archive:
            options += ["--archive_bucket", self.own_archive]
        self._patch.setattr("sys.argv", [f"{name}.py", *options, "--JOB_NAME", name])
        try:
            importlib.import_module(f"jobs.{name}").main()
        finally:
            # A context costs as much as a job: the next job finds this one, emptied. That Spark ends with its
            # script is proven where each runs in a process of its own, by the local Glue service.
            if session := SparkSession.getActiveSession():
                session.catalog.clearCache()

    def items(self, contract: str) -> list[Item]:
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.tables[contract])
        read = TypeDeserializer().deserialize
        return [{k: read(v) for k, v in item.items()} for page in pages for item in page["Items"]]

    def kpis(self) -> dict[str, list[Item]]:
        return {table.name: self.items(table.name) for table in KPI_TABLES}

    def ledger(self) -> dict[str, Item]:
        return {row[LEDGER_KEY]: row for row in self.items(LEDGER_TABLE)}

    def keys(self, prefix: str = "", bucket: str = "") -> list[str]:
        paginator = self.s3.get_paginator("list_objects_v2")
        pages = paginator.paginate(Bucket=bucket or self.bucket, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def text(self, key: str) -> str:
        return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read().decode()

    def assert_right(self, all_listens: str, all_songs: str) -> None:
        """Every table equals what the oracle makes of all listens ever delivered and the current songs."""
        with TemporaryDirectory() as folder:
            streams_file, songs_file = Path(folder) / "l.csv", Path(folder) / "s.csv"
            streams_file.write_text(all_listens, encoding="utf-8")
            songs_file.write_text(all_songs, encoding="utf-8")
            wanted = oracle_items(streams=[streams_file], songs=[songs_file])
        for table, items in self.kpis().items():
            assert differences(table, wanted[table], items) == []

    def disagreements(self) -> dict[str, list[Disagreement]]:
        """What the audit finds, by check; only the checks that find something."""
        found = findings(read_snapshot(self.location()))
        return {name: disagreements for name, disagreements in found.items() if disagreements}

    def location(self) -> DataLocation:
        """As the audit finds it."""
        dynamodb = boto3.resource("dynamodb")
        return DataLocation(self.s3, dynamodb, self.bucket, self.tables, self.own_archive)

    def rejected(self) -> list[tuple[str, str, int, str]]:
        """Kind, source, row number and reason of every rejected row."""
        return [
            (key.split("/")[1], row["source_key"], row["row_number"], row["reason"])
            for key in self.keys("rejected/")
            # Not splitlines(): other characters that end a line may be in the values.
            for row in map(json.loads, filter(None, self.text(key).split("\n")))
        ]


def csv(header: str, *rows: str) -> str:
    return "\n".join([header, *rows]) + "\n"


def listens(*rows: str) -> str:
    return csv("user_id,track_id,listen_time", *rows)


def songs(**genres: str) -> str:
    """One song of 1000 ms a track."""
    return csv(
        "track_id,track_name,artists,track_genre,duration_ms",
        *[f"{track},name of {track},someone,{genre},1000" for track, genre in genres.items()],
    )


TEN_SONGS = songs(**{f"t{n}": f"genre {n % 4}" for n in range(10)})


class Killed(BaseException):
    """Nothing in the jobs handles this, as nothing handles a kill."""


def by_key(items: list[Item], *key: str) -> Mapping[Any, Item]:
    return {tuple(item[name] for name in key): item for item in items}
