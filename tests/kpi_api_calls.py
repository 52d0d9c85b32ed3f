"""The KPI API's handler over tables in memory, as API Gateway calls it."""

from __future__ import annotations

import importlib
import json
from datetime import timedelta
from decimal import Decimal
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from kpi_tables import FakeDynamoDB, Item

handler = importlib.import_module("kpi_api.handler")
answers = importlib.import_module("kpi_api.answers")
kpis = importlib.import_module("kpi_api.kpis")
tables = importlib.import_module("kpi_api.tables")

DATE, BEFORE = "2024-06-25", "2024-06-24"
NASTY = 'ロック/100% "a" & b\u202e'
AVERAGE = Decimal("9007199254740993.123457")  # no float is this number
METRICS: Item = {
    "listen_count": 7,
    "unique_listeners": 3,
    "total_listening_time": 1_234_567,
    "avg_listening_time_per_user": AVERAGE,
}
FILES = [
    {
        "file_key": f"spotify_data/user_streams/{number}.csv",
        "kind": "streams",
        "delivered_at": f"2024-06-2{number}T10:00:00Z",
        "rows": number,
        "rejected_reasons": {"user_id missing": 2},
        **({"ingested_at": "2024-06-25T10:00:09Z"} if number == 5 else {}),
    }
    for number in (4, 5, 6)
]
ALERTS = [
    {
        "list": "alerts",
        "at_and_id": f"2024-06-25T10:00:0{n}.000Z#{n}",
        "topic": "t",
        "subject": f"s{n}",
        "text": "<b>",
    }
    for n in (1, 2)
]
METRIC = {"MetricName": "RunSeconds", "Dimensions": [{"Name": "Step", "Value": "load"}]}


class FakeCloudWatch:
    """One metric, of which a run an hour ago took 2.5 s; `fails` is raised by every call."""

    def __init__(self) -> None:
        self.fails: Exception | None = None
        self.calls: list[str] = []

    def get_paginator(self, name: str) -> Any:
        return SimpleNamespace(paginate=partial(self._pages, name))

    def _pages(self, name: str, **asked: Any) -> list[Item]:
        self.calls.append(name)
        if self.fails:
            raise self.fails
        if name == "list_metrics":
            return [{"Metrics": [METRIC]}]
        at = asked["EndTime"] - timedelta(hours=1)
        ids = [query["Id"] for query in asked["MetricDataQueries"]]
        return [{"MetricDataResults": [{"Id": each, "Timestamps": [at], "Values": [2.5]} for each in ids]}]


def kpi(date: str, kpi_type: str, **more: Any) -> Item:
    return {"listen_date": date, "kpi_type": kpi_type, **METRICS, **more}


def data() -> dict[str, list[Item]]:
    songs = [{"rank": 1, "track_id": "t1", "track_name": "<script>", "listens": 5}]
    tracks = [{"track_id": "t/1", "report_date": date, "total_listens": 4} for date in (BEFORE, DATE)]
    return {
        "MUSIC_STREAMING_KPIS": [
            *(kpi(date, "DAY") for date in (BEFORE, DATE)),
            *(kpi(DATE, f"GENRE#{genre}") for genre in ("pop", NASTY)),
            *(kpi(DATE, f"HOUR#{hour}") for hour in ("00", "23")),
            *(kpi(DATE, f"HOUR#23#GENRE#{genre}") for genre in ("pop", NASTY)),
        ],
        "TOP_SONGS_BY_GENRE": [{"listen_date": DATE, "track_genre": NASTY, "top_3_songs": songs}],
        "TOP_GENRES_BY_DAY": [
            {"listen_date": DATE, "top_5_genres": [{"rank": 1, "track_genre": "pop", "listens": 5}]}
        ],
        "TRACK_LEVEL_REPORTS": tracks,
        "FILE_VALIDATION_METADATA": list(FILES),
        "ALERTS": list(ALERTS),
    }


def use_tables(monkeypatch: pytest.MonkeyPatch) -> FakeDynamoDB:
    """Let the handler read the tables above; return them."""
    fake = FakeDynamoDB(data())
    names = {name: name for name in tables.Tables.NAMES}
    monkeypatch.setattr(handler, "tables", lambda: tables.Tables(fake, names))
    use_cloudwatch(monkeypatch)
    return fake


def use_cloudwatch(monkeypatch: pytest.MonkeyPatch) -> FakeCloudWatch:
    """Let the handler read the metric above; return what gives it."""
    fake = FakeCloudWatch()
    monkeypatch.setattr(handler, "cloudwatch", lambda: fake)
    return fake


def call(path: str, query: str = "", method: str = "GET", **headers: str) -> dict[str, Any]:
    """Return the answer to one event, as the function hands it back."""
    event = {
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {"http": {"method": method}},
    }
    answer: dict[str, Any] = handler.handler(event, None)
    return answer


def described() -> dict[str, Any]:
    """Return the API's description."""
    found: dict[str, Any] = json.loads(call("/openapi.json")["body"])
    return found
