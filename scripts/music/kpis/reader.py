"""Reads the results of one day from DynamoDB, by key: never a scan of a table that grows with the data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from heapq import nlargest
from typing import Any

from boto3.dynamodb.conditions import Key

from glue_sandbox.clients import dynamodb, s3
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import table_names
from music.generated_days import is_generated_day
from music.partitions import dates_below
from music_streams import layout, step_results, storage
from music_streams.contracts import (
    GENRE_DAILY_KPIS,
    INPUTS,
    LEDGER_KEY,
    LEDGER_TABLE,
    MUSIC_STREAMING_KPIS,
    TOP_GENRES_BY_DAY,
    TOP_SONGS_BY_GENRE,
    TRACK_LEVEL_REPORTS,
    KpiTable,
)
from music_streams.step_results import AnyResult
from music_streams.threads import in_threads

Item = dict[str, Any]
BATCH = 100  # keys in one BatchGetItem
RECENT_DAYS = 14


class KpiReader:
    """The six tables of one sandbox."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._dynamodb = dynamodb(settings)
        self._s3 = s3(settings)
        self._names = table_names(settings)

    def dates(self) -> list[str]:
        """Days with results, oldest first, as the job's output has them; no table tells it without a scan."""
        prefix = layout.output_prefix(TRACK_LEVEL_REPORTS)
        return list(dates_below(self._s3, self._settings.data_bucket, prefix))

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
        """Return the manifests of all runs that had work, oldest first."""
        return in_threads(self._json, self._manifest_keys())

    def manifests_up_to(self, batch_id: str | None = None) -> Iterator[Item]:
        """Yield the manifests from this run's or the latest on, newest first; none if it had no work."""
        keys = self._manifest_keys()[::-1]
        first = layout.manifest_key(batch_id) if batch_id else "".join(keys[:1])
        if first in keys:
            yield from map(self._json, keys[keys.index(first) :])

    def step_result(self, batch_id: str, of: type[AnyResult]) -> AnyResult | None:
        """Return what a job of a run has left; None if it has not come to its end."""
        return step_results.read(self._s3, self._settings.data_bucket, batch_id, of)

    def rejected_rows(self, file: Mapping[str, Any]) -> Iterator[Item]:
        """Yield the rejected rows of one delivered file, in no order."""
        if file["kind"] not in INPUTS:
            return
        file_id = layout.file_id(file["key"], file["etag"])
        for part in self._objects(layout.rejected_partition(file["kind"], file_id)):
            if part["Key"].endswith(".json"):
                yield from map(json.loads, filter(None, self._lines(part["Key"])))

    def snapshots(self) -> set[str]:
        """Return the loader's snapshots of what is in DynamoDB; they stay if it had nothing to write."""
        return {each["Key"] for each in self._objects(layout.LOADED)}

    def _leading_tracks(self, date: str, count: int) -> list[Item]:
        prefix = layout.output_partition(TRACK_LEVEL_REPORTS, date)
        parts = [part["Key"] for part in self._objects(prefix)]
        # heapq keeps `count` rows, however many the files have.
        rows = (json.loads(line) for key in parts if key.endswith(".json") for line in self._lines(key))
        return nlargest(count, rows, key=lambda row: (int(row["total_listens"]), _reversed(row["track_id"])))

    def _manifest_keys(self) -> list[str]:
        listed = sorted(self._objects(layout.MANIFESTS), key=lambda each: each["LastModified"])
        return [each["Key"] for each in listed]

    def _objects(self, prefix: str) -> Iterator[Item]:
        return storage.list_objects(self._s3, self._settings.data_bucket, prefix)

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


def busiest(reader: KpiReader, dates: Sequence[str]) -> str | None:
    """Return the day with most listens, a delivered one before a generated one; None when there is none."""
    delivered = [date for date in dates if not is_generated_day(date)]
    return max(
        delivered or dates,
        key=lambda date: (reader.day(date) or {"listen_count": 0})["listen_count"],
        default=None,
    )


def recent(dates: Sequence[str]) -> Sequence[str]:
    """Return the latest of these days, among which the busiest is looked for."""
    return dates[-RECENT_DAYS:]


def _by_listens(item: Item) -> tuple[Decimal, str]:
    return -item["total_listens"], item["track_id"]


def _reversed(text: str) -> list[int]:
    """Sorts texts the other way round: of equal listens, the first track by bytes leads."""
    return [*(-byte for byte in text.encode()), 1]
