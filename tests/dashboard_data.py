"""What the dashboard is shown with in tests: the sample's items, or many days, with alerts and metrics."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from deliveries import ROOT, expected_items, expected_ledger
from kpi_api_calls import handler, tables
from kpi_tables import FakeDynamoDB, Item

spec = importlib.util.spec_from_file_location("serve", ROOT / "compose" / "events" / "serve_handler.py")
assert spec is not None
assert spec.loader is not None
serve_handler = importlib.util.module_from_spec(spec)
spec.loader.exec_module(serve_handler)

NAMES = {
    "MusicStreamingKPIs": "MUSIC_STREAMING_KPIS",
    "TopSongsByGenre": "TOP_SONGS_BY_GENRE",
    "TopGenresByDay": "TOP_GENRES_BY_DAY",
    "track_level_reports": "TRACK_LEVEL_REPORTS",
}
FAILED = """The step insert_metrics_dynamo of the run s3__2024-06-26 failed.
Why:  ProvisionedThroughputExceededException: the table TopSongsByGenre asks to slow down
Next: the next run tries again by itself, at 10:10 UTC at the latest. Nothing is lost.
Wait: spotify_data/user_streams/04_other_header.csv
Log:  /aws-glue/python-jobs/error and /output, stream jr_0123456789abcdef0123456789abcdef"""
ALARM = """The alarm music_streams_many_files_refused is on.
What: A large share of a run's files was refused. They are in error/ of the data bucket, each with its reason.
Why:  Threshold Crossed: 1 datapoint [41.2] was greater than the threshold (20.0)."""
STEPS = ("archive_streams_files", "calculate_metrics_etl", "insert_metrics_dynamo", "validate_input_files")
METRICS: Mapping[tuple[str, str], Sequence[float]] = {
    ("DaysTouched", ""): (3,),
    ("FilesProcessed", ""): (12, 3, 5),
    ("LandingToKpiSeconds", ""): (61.25, 30, 44),
    ("RefusedShare", ""): (41.176, 0, 12.5),
    ("RowsRejected", "bad_listen_time"): (4,),
    **{("RunSeconds", step): (n + 0.5, n + 2) for n, step in enumerate(STEPS)},
}


class Metrics:
    """CloudWatch: each metric has its values in the last hours; `fails` is raised by every call."""

    def __init__(self, values: Mapping[tuple[str, str], Sequence[float]]) -> None:
        self.values = values
        self.fails: Exception | None = None

    def get_paginator(self, name: str) -> Any:
        return SimpleNamespace(paginate=partial(self._pages, name))

    def _pages(self, name: str, **asked: Any) -> list[Item]:
        if self.fails:
            raise self.fails
        if name == "list_metrics":
            return [{"Metrics": [_metric(*each) for each in self.values]}]
        results = []
        for query in asked["MetricDataQueries"]:
            metric = query["MetricStat"]["Metric"]
            known = self.values[metric["MetricName"], "".join(each["Value"] for each in metric["Dimensions"])]
            times = [asked["EndTime"] - timedelta(hours=3 * n + 1) for n in range(len(known))]
            results.append({"Id": query["Id"], "Timestamps": times, "Values": list(known)})
        return [{"MetricDataResults": results}]


def _metric(name: str, of: str) -> Item:
    return {"MetricName": name, "Dimensions": [{"Name": "Of", "Value": of}] if of else []}


def sample() -> dict[str, list[Item]]:
    """The sample delivery's items, its files as the ledger has them, and two alerts."""
    items = expected_items()
    found = {name: items[table] for table, name in NAMES.items()}
    found["FILE_VALIDATION_METADATA"] = [
        {"delivered_at": f"2024-06-26T10:00:{number:02}Z", **row}
        for number, row in enumerate(expected_ledger().values())
    ]
    texts = (("music_streaming_pipeline: insert_metrics_dynamo failed", FAILED), ("ALARM", ALARM))
    found["ALERTS"] = [
        {"list": "alerts", "at_and_id": f"2024-06-26T10:0{n}:00.000Z#{n}", "subject": subject, "text": text}
        for n, (subject, text) in enumerate(texts)
    ]
    return found


def many_days(count: int) -> dict[str, list[Item]]:
    """The sample, and before it so many days with six genres of long and short names."""
    found = sample()
    last = date(2024, 6, 24)
    for number in range(count):
        day = (last - timedelta(days=number)).isoformat()
        listens = {genre: 40_000 + 7919 * (number * k + k) % 30_000 for k, genre in enumerate(GENRES, 1)}
        found["MUSIC_STREAMING_KPIS"] += [
            _kpi(day, "DAY", sum(listens.values())),
            *(_kpi(day, f"GENRE#{genre}", count) for genre, count in listens.items()),
            *(_kpi(day, f"HOUR#{hour:02}", 1000 + 331 * hour % 700) for hour in range(24)),
        ]
        ranked = sorted(listens, key=lambda genre: -listens[genre])[:5]
        found["TOP_GENRES_BY_DAY"].append(
            {
                "listen_date": day,
                "top_5_genres": [
                    {"rank": rank, "track_genre": genre, "listens": listens[genre]}
                    for rank, genre in enumerate(ranked, 1)
                ],
            }
        )
    return found


GENRES = ("pop", "acoustic", "hip-hop", "singer-songwriter & Liedermacher/ロック", "comedy", "k-pop")


def _kpi(day: str, kpi_type: str, listens: int) -> Item:
    average = Decimal("2731.123457")
    return {
        "listen_date": day,
        "kpi_type": kpi_type,
        "listen_count": listens,
        "unique_listeners": listens // 3,
        "total_listening_time": listens * 210_000,
        "avg_listening_time_per_user": average,
    }


class Served:
    """The API at an address of this machine; its tables and metrics may be changed while it serves."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.dynamodb, self.cloudwatch = FakeDynamoDB({}), Metrics({})

    def show(self, items: Mapping[str, list[Item]], metrics: Any = METRICS) -> None:
        """Let the API read these items and metrics from now on."""
        self.dynamodb, self.cloudwatch = FakeDynamoDB(items), Metrics(metrics)

    def tables(self) -> Any:
        """Return the tables as the handler reads them."""
        return tables.Tables(self.dynamodb, {name: name for name in tables.Tables.NAMES})


@contextmanager
def served_api() -> Iterator[Served]:
    """Serve the handler as the container `events` does."""
    server = serve_handler.server_of(handler.handler, ("127.0.0.1", 0))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    served = Served(f"http://127.0.0.1:{server.server_address[1]}/_aws/execute-api/kpi_api/")
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(handler, "tables", served.tables)
            patch.setattr(handler, "cloudwatch", lambda: served.cloudwatch)
            yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
