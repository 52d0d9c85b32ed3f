"""Rounds of the loader's benchmark, run in the environment of the jobs: prints the times as JSON.

    python -m music.bench.jobs.loader_rounds ROUNDS

Each round loads the track reports of one day as the job does, from output in S3, with snapshots before and
after; then puts as many items by plain BatchWriteItem from four threads, with everything ready in memory;
then some by one UpdateItem each. All of them new, to the same emulator.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3

from jobs.insert_metrics_dynamo import LoadedTable, load_date
from music_streams import layout
from music_streams.batch import Batch
from music_streams.contracts import TRACK_LEVEL_REPORTS
from music_streams.job import clients
from music_streams.ledger import Ledger

TRACKS = 10_656  # track items of one real day
ONE_BY_ONE = 1_000  # enough to know the time of one
PLAIN_THREADS = 4
ITEMS_PER_REQUEST = 25
DAY = "2024-06-25"


def main(rounds: int) -> None:
    """Measure and print seconds per item."""
    times: dict[str, list[float]] = {"loader": [], "plain": [], "one_by_one": []}
    for number in range(rounds):
        times["loader"].append(loader(number) / TRACKS)
        times["plain"].append(plain(number) / TRACKS)
        times["one_by_one"].append(one_by_one(number) / ONE_BY_ONE)
    print(json.dumps(times))


def loader(number: int) -> float:
    """Return the seconds of a first load of one day.

    Raises:
        RuntimeError: other items were put than the day has.
    """
    s3, dynamodb = clients()
    bucket = f"bench-loader-{uuid.uuid4().hex[:8]}"
    s3.create_bucket(Bucket=bucket)
    rows = "".join(f"{json.dumps(_row(track, number))}\n" for track in range(TRACKS))
    key = layout.whole_part(layout.output_partition(TRACK_LEVEL_REPORTS, DAY))
    s3.put_object(Bucket=bucket, Key=key, Body=rows.encode())
    batch = Batch(s3, bucket, "bench", Ledger(dynamodb, "no_ledger", "bench"))

    def load(name: str) -> None:
        done = load_date(batch, LoadedTable(dynamodb, TRACK_LEVEL_REPORTS, name, name), DAY)
        if done["PutRequest"] != TRACKS:
            raise RuntimeError(f"expected {TRACKS} items to be put, found {done}")

    return in_a_table(load)


def plain(number: int) -> float:
    """Return the seconds of BatchWriteItem alone."""
    dynamodb: Any = boto3.client("dynamodb")
    items = [_item(track, number) for track in range(TRACKS)]
    batches = [items[at : at + ITEMS_PER_REQUEST] for at in range(0, TRACKS, ITEMS_PER_REQUEST)]

    def put(name: str) -> None:
        with ThreadPoolExecutor(PLAIN_THREADS) as pool:
            list(pool.map(lambda batch: _put(dynamodb, name, batch), batches))

    return in_a_table(put)


def one_by_one(number: int) -> float:
    """Return the seconds of one UpdateItem per row."""
    dynamodb: Any = boto3.client("dynamodb")
    items = [_item(track, number) for track in range(ONE_BY_ONE)]

    def update(name: str) -> None:
        for item in items:
            _update(dynamodb, name, item)

    return in_a_table(update)


def in_a_table(work: Callable[[str], None]) -> float:
    """Return the seconds that work takes with an empty table of its own."""
    dynamodb: Any = boto3.client("dynamodb")
    name = f"bench_{uuid.uuid4().hex[:8]}"
    names = zip(TRACK_LEVEL_REPORTS.key, ("HASH", "RANGE"), strict=True)
    key = [{"AttributeName": column, "KeyType": kind} for column, kind in names]
    types = [{"AttributeName": part["AttributeName"], "AttributeType": "S"} for part in key]
    dynamodb.create_table(
        TableName=name, KeySchema=key, AttributeDefinitions=types, BillingMode="PAY_PER_REQUEST"
    )
    try:
        started = time.monotonic()
        work(name)
        return time.monotonic() - started
    finally:
        dynamodb.delete_table(TableName=name)


def _row(track: int, number: int) -> dict[str, Any]:
    """A line of output."""
    return {
        "track_id": f"{track:022d}",
        "total_listens": track + number,
        "unique_users": track + number,
        "total_listening_time": track + number,
        "avg_listening_time_per_user": 0.001,
        "track_name": f"Track {track}",
        "artists": "An Artist",
        "track_genre": "jazz",
        "song_known": True,
    }


def _item(track: int, number: int) -> dict[str, Any]:
    """The same as attribute values."""
    row = _row(track, number)
    numbers = [name for name, value in row.items() if isinstance(value, int | float)]
    names = ("track_id", "track_name", "artists", "track_genre")
    return {
        "report_date": {"S": DAY},
        **{name: {"S": row[name]} for name in names},
        **{name: {"N": str(row[name])} for name in numbers if name != "song_known"},
        "song_known": {"BOOL": True},
    }


def _put(dynamodb: Any, name: str, batch: list[dict[str, Any]]) -> None:
    answer = dynamodb.batch_write_item(
        RequestItems={name: [{"PutRequest": {"Item": item}} for item in batch]}
    )
    if answer.get("UnprocessedItems"):
        raise RuntimeError(f"expected every item to be taken, found {len(answer['UnprocessedItems'])} left")


def _update(dynamodb: Any, name: str, item: dict[str, Any]) -> None:
    attributes = [column for column in item if column not in TRACK_LEVEL_REPORTS.key]
    dynamodb.update_item(
        TableName=name,
        Key={column: item[column] for column in TRACK_LEVEL_REPORTS.key},
        UpdateExpression="SET " + ", ".join(f"#{column} = :{column}" for column in attributes),
        ExpressionAttributeNames={f"#{column}": column for column in attributes},
        ExpressionAttributeValues={f":{column}": item[column] for column in attributes},
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
