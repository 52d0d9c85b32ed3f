"""Reads the results of one day from DynamoDB, by key: never a scan of a table that grows with the data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from heapq import nlargest
from typing import Any

from boto3.dynamodb.conditions import Key

from music_streams.contracts import (
    GENRE_DAILY_KPIS,
    LEDGER_KEY,
    LEDGER_TABLE,
    MUSIC_STREAMING_KPIS,
    TOP_GENRES_BY_DAY,
    TOP_SONGS_BY_GENRE,
    TRACK_LEVEL_REPORTS,
    KpiTable,
)
from music_streams.layout import output_partition
from sandbox.clients import dynamodb, s3
from sandbox.settings import Settings
from sandbox.status import table_names

Item = dict[str, Any]
LOADED_PREFIX = "loaded/"
BATCH = 100  # keys in one BatchGetItem


class KpiReader:
    """The six tables of one sandbox."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._dynamodb = dynamodb(settings)
        self._s3 = s3(settings)
        self._names = table_names(settings)

    def dates(self) -> list[str]:
        """Days with results, oldest first. The one scan there is: this table has one item per day."""
        table = self._dynamodb.Table(self._names[TOP_GENRES_BY_DAY.name])
        days = MUSIC_STREAMING_KPIS.partition_key
        scan: dict[str, Any] = {"ProjectionExpression": "#day", "ExpressionAttributeNames": {"#day": days}}
        page = table.scan(**scan)
        items = page["Items"]
        while "LastEvaluatedKey" in page:
            page = table.scan(**scan, ExclusiveStartKey=page["LastEvaluatedKey"])
            items += page["Items"]
        return sorted(str(item[days]) for item in items)

    def day(self, date: str) -> Item | None:
        """Totals of a day."""
        key = {"listen_date": date, "kpi_type": "DAY"}
        return self._dynamodb.Table(self._names[MUSIC_STREAMING_KPIS.name]).get_item(Key=key).get("Item")

    def top_genres(self, date: str) -> list[Item]:
        """The day's five most played genres."""
        table = self._dynamodb.Table(self._names[TOP_GENRES_BY_DAY.name])
        item = table.get_item(Key={"listen_date": date}).get("Item") or {}
        return list(item.get("top_5_genres", []))  # type: ignore[arg-type]

    def top_songs(self, date: str) -> list[Item]:
        """Per genre, its three most played songs."""
        return self._query(TOP_SONGS_BY_GENRE, date)

    def genres(self, date: str) -> list[Item]:
        """Per genre, the day's figures."""
        return self._query(GENRE_DAILY_KPIS, date)

    def top_tracks(self, date: str, count: int = 10) -> list[Item]:
        """The day's most played tracks; which ones, the job's output says: the table is keyed by track."""
        keys = [
            {"track_id": row["track_id"], "report_date": date} for row in self._leading_tracks(date, count)
        ]
        return sorted(self._get(TRACK_LEVEL_REPORTS.name, keys), key=_by_listens)

    def ledger(self, file_keys: Iterable[str]) -> list[Item]:
        """What became of delivered files."""
        rows = self._get(LEDGER_TABLE, [{LEDGER_KEY: key} for key in file_keys])
        return sorted(rows, key=lambda row: str(row[LEDGER_KEY]))

    def manifests(self) -> list[Item]:
        """Every run's list of files, oldest first."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._settings.data_bucket, Prefix="manifests/"
        )
        found = sorted(
            (o for page in pages for o in page.get("Contents", [])), key=lambda o: o["LastModified"]
        )
        return [self._json(each["Key"]) for each in found[-20:]]

    def snapshots(self) -> set[str]:
        """Names of the loader's notes on what is in DynamoDB; they stay if it had nothing to write."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._settings.data_bucket, Prefix=LOADED_PREFIX
        )
        return {each["Key"] for page in pages for each in page.get("Contents", [])}

    def _leading_tracks(self, date: str, count: int) -> list[Item]:
        prefix = output_partition(TRACK_LEVEL_REPORTS, date)
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._settings.data_bucket, Prefix=prefix
        )
        parts = [part["Key"] for page in pages for part in page.get("Contents", [])]
        # heapq keeps `count` rows, however many the files have.
        rows = (json.loads(line) for key in parts if key.endswith(".json") for line in self._lines(key))
        return nlargest(count, rows, key=lambda row: (int(row["total_listens"]), _reversed(row["track_id"])))

    def _lines(self, key: str) -> Iterator[bytes]:
        return self._s3.get_object(Bucket=self._settings.data_bucket, Key=key)["Body"].iter_lines()

    def _json(self, key: str) -> Item:
        body = self._s3.get_object(Bucket=self._settings.data_bucket, Key=key)["Body"].read()
        found: Item = json.loads(body)
        return found

    def _query(self, table: KpiTable, date: str) -> list[Item]:
        source = self._dynamodb.Table(self._names[table.name])
        condition = Key(table.partition_key).eq(date)
        page = source.query(KeyConditionExpression=condition)
        items: list[Item] = list(page["Items"])
        while "LastEvaluatedKey" in page:
            page = source.query(KeyConditionExpression=condition, ExclusiveStartKey=page["LastEvaluatedKey"])
            items += page["Items"]
        return items

    def _get(self, contract: str, keys: list[Item]) -> list[Item]:
        name = self._names[contract]
        items: list[Item] = []
        for start in range(0, len(keys), BATCH):
            request: Any = {name: {"Keys": keys[start : start + BATCH]}}
            while request:
                answer = self._dynamodb.batch_get_item(RequestItems=request)
                items += answer["Responses"].get(name, [])
                request = answer["UnprocessedKeys"]
        return items


def _by_listens(item: Item) -> tuple[Decimal, str]:
    return -item["total_listens"], item["track_id"]


def _reversed(text: str) -> list[int]:
    """Sorts texts the other way round: of equal listens, the first track by bytes leads."""
    return [*(-byte for byte in text.encode()), 1]
