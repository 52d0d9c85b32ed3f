"""After the emulator was killed: have the KPI tables compared with what they are to hold.

The emulator saves its tables every few seconds and S3's objects at once, so after a kill the tables may be
older than the notes below `loaded/` on what is in them. The notes are made anew from the tables themselves,
and every date is put on the list of the next run, which then writes exactly what is missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

from music_streams import layout, snapshots, storage
from music_streams.contracts import KPI_TABLES, KpiTable
from sandbox.clients import client, dynamodb, s3
from sandbox.containers.docker import Compose
from sandbox.containers.environment import DATA_FOLDERS
from sandbox.partitions import dates_below
from sandbox.settings import Settings
from sandbox.status import table_names

NOTE = "recovered"
KILLED = "killed"  # the file's name, see ministack_embedded.py


def recover(settings: Settings) -> int | None:
    """Do so if the emulator was killed since the last time; returns the number of dates, else None."""
    if not _was_killed(settings):
        return None
    dates = list(dates_below(s3(settings), settings.data_bucket, layout.CURATED_LISTENS))
    if dates:
        # First, so that the next run looks at every date even if this is cut short.
        storage.write_json(s3(settings), settings.data_bucket, layout.pending_key(NOTE), dates)
        for table in KPI_TABLES:
            _note_what_is_there(settings, table, dates)
    _forget(settings)
    return len(dates)


def _was_killed(settings: Settings) -> bool:
    """MiniStack leaves a file when it finds at its start that its last end was not in order."""
    if not settings.in_containers:
        return (settings.state / "ministack" / KILLED).exists()
    if settings.emulator != "ministack":
        return False  # LocalStack's free edition forgets everything: there is nothing to disagree
    listing = Compose(settings).run("exec", "-T", "emulator", "ls", DATA_FOLDERS["ministack"])
    return KILLED in listing.split()


def _forget(settings: Settings) -> None:
    if settings.in_containers:
        Compose(settings).run("exec", "-T", "emulator", "rm", f"{DATA_FOLDERS['ministack']}/{KILLED}")
    else:
        (settings.state / "ministack" / KILLED).unlink()


def _note_what_is_there(settings: Settings, table: KpiTable, dates: list[str]) -> None:
    """Replace the notes of one table: one per date, an empty one for a date that is not in it."""
    name = table_names(settings)[table.name]
    description = client(settings, "dynamodb").describe_table(TableName=name)["Table"]
    identity = snapshots.identity_of(name, description)
    rows: dict[str, list[bytes]] = {date: [] for date in dates}
    for item in _items(settings, name):
        row = json.dumps(item, default=_number).encode()
        rows.setdefault(str(item[table.date_column]), []).append(row)
    bucket = s3(settings)
    for date, lines in rows.items():
        prefix = layout.loaded_prefix(table, date)
        before = [entry["Key"] for entry in storage.list_objects(bucket, settings.data_bucket, prefix)]
        new = ""
        # Items of an older contract cannot be noted: without any note, too, the whole date is written.
        with suppress(KeyError, ValueError):
            body = snapshots.body_of(snapshots.canonical_lines(table, date, lines))
            new = prefix + snapshots.name_of(identity, body)
            bucket.put_object(Bucket=settings.data_bucket, Key=new, Body=body)
        storage.delete_keys(bucket, settings.data_bucket, [key for key in before if key != new])


def _items(settings: Settings, name: str) -> Iterator[dict[str, Any]]:
    table = dynamodb(settings).Table(name)
    page = table.scan()
    yield from page["Items"]
    while "LastEvaluatedKey" in page:
        page = table.scan(ExclusiveStartKey=page["LastEvaluatedKey"])
        yield from page["Items"]


def _number(value: object) -> int | float:
    if not isinstance(value, Decimal):
        raise TypeError(f"expected a number, found {value!r}")
    return int(value) if value == value.to_integral_value() else float(value)
