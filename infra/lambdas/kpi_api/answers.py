"""What the API answers, as types: one definition for the JSON, for its description and for the tests.

Names and units are those of the tables: times in milliseconds, averages in seconds. What an item lacks is
null.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from typing import Any, TypeVar

Found = TypeVar("Found")


@dataclass(frozen=True)
class _Metrics:
    listen_count: int | None
    unique_listeners: int | None
    total_listening_time: int | None
    avg_listening_time_per_user: Decimal | None


@dataclass(frozen=True)
class Day(_Metrics):
    """All listens of one day."""

    listen_date: str


@dataclass(frozen=True)
class GenreOfDay(_Metrics):
    """One genre on one day."""

    listen_date: str
    track_genre: str


@dataclass(frozen=True)
class HourOfDay(_Metrics):
    """One hour of a day, 0 to 23."""

    listen_date: str
    hour: int


@dataclass(frozen=True)
class GenreOfHour(_Metrics):
    """One genre in one hour of a day."""

    listen_date: str
    hour: int
    track_genre: str


@dataclass(frozen=True)
class Song:
    """A song among the most played of its genre."""

    rank: int | None
    track_id: str | None
    track_name: str | None
    artists: str | None
    listens: int | None


@dataclass(frozen=True)
class TopSongs:
    """The most played songs of one genre on one day."""

    listen_date: str
    track_genre: str
    top_3_songs: list[Song]


@dataclass(frozen=True)
class RankedGenre:
    """A genre among the most played of its day."""

    rank: int | None
    track_genre: str | None
    listens: int | None


@dataclass(frozen=True)
class TopGenres:
    """The most played genres of one day."""

    listen_date: str
    top_5_genres: list[RankedGenre]


@dataclass(frozen=True)
class TrackOfDay:
    """One track on one day."""

    track_id: str
    report_date: str
    total_listens: int | None
    unique_users: int | None
    total_listening_time: int | None
    avg_listening_time_per_user: Decimal | None
    track_name: str | None
    artists: str | None
    track_genre: str | None
    song_known: bool | None
    rank_in_genre: int | None


@dataclass(frozen=True)
class DeliveredFile:
    """One delivered file, and what became of it."""

    file_key: str
    kind: str
    delivered_at: str
    size: int | None
    rows: int | None
    rejected_rows: int | None
    rejected_reasons: dict[str, int] | None
    new_listens: int | None
    duplicate_rows: int | None
    unknown_track_rows: int | None
    unknown_user_rows: int | None
    validation_status: str | None
    kpi_ingestion_status: str | None
    archival_status: str | None
    ingested_at: str | None
    failed_step: str | None
    error: str | None
    what_next: str | None


@dataclass(frozen=True)
class Health:
    """Whether there are KPIs, and how old the newest are; times in UTC, the age in seconds."""

    status: str
    newest_day: str | None
    newest_kpis_written_at: str | None
    age_seconds: int | None


@dataclass(frozen=True)
class Alert:
    """What people were told of the pipeline; `at` in UTC, `topic` is the SNS topic's name."""

    at: str
    topic: str | None
    subject: str | None
    text: str | None


@dataclass(frozen=True)
class Metric:
    """One CloudWatch metric over time, the latest point last; null where nothing was published."""

    name: str
    of: str
    statistic: str
    unit: str
    latest: float | None
    all: float | None
    points: list[float | None]


@dataclass(frozen=True)
class Page:
    """Part of a list; `next_cursor` leads to the next part, null is the end."""

    items: list[Any]
    next_cursor: str | None


def read_item(kind: type[Found], item: Mapping[str, Any], **known: Any) -> Found:
    """Return an item of a table as one of the types above; what it lacks is None, what is `known` wins."""
    values = {each.name: item.get(each.name) for each in fields(kind)}  # type: ignore[arg-type]
    return kind(**values | known)


def to_json(value: Any) -> str:
    """Return JSON text. Decimals keep every digit: they are never made floats, as `json` would have them."""
    if is_dataclass(value) and not isinstance(value, type):
        return to_json({each.name: getattr(value, each.name) for each in fields(value)})
    if isinstance(value, Mapping):
        return (
            "{" + ",".join(f"{json.dumps(str(name))}:{to_json(each)}" for name, each in value.items()) + "}"
        )
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(to_json, value)) + "]"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.dumps(value)
