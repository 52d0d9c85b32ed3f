"""What requests for a day cost the KPI API's clients, with a day and with a year in the tables."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from statistics import quantiles
from typing import TYPE_CHECKING, Any

import httpx

from glue_sandbox.clients import dynamodb
from glue_sandbox.status.status import apis
from glue_sandbox.terminal.console import step
from music.bench.jobs.growth import bench_of
from music.bench.rows import Result, Size
from music_streams.contracts import MUSIC_STREAMING_KPIS, TOP_GENRES_BY_DAY

if TYPE_CHECKING:
    from glue_sandbox.settings import Settings

CLIENTS, REQUESTS_OF_EACH = 20, 25
EACH_SECONDS = 1.0
"""How often a client asks: without a pause they would measure what this machine has left, not the API."""
DAYS, GENRES, HOURS = 365, 114, 24
FIRST = date(2024, 1, 1)
GOAL_MILLISECONDS, MOST_GROWTH = 50, 1.2
TOTALS = f"days/{FIRST}"
OF_A_DAY = (TOTALS, f"{TOTALS}/genres", f"{TOTALS}/hours", f"{TOTALS}/top-genres")


def measure_api(settings: Settings, size: Size) -> list[Result]:
    """Return the milliseconds that all but one in twenty requests stay below."""
    days = size.of(DAYS)
    with bench_of(settings, warm_drivers=0) as bench:
        url = apis(bench.settings)["kpi_api"]
        load_days(bench.settings, 0, 1)
        little = [_both(url) for _ in range(size.rounds)]
        with step(f"load {days} days"):
            load_days(bench.settings, 1, days)
        much = [_both(url) for _ in range(size.rounds)]

    title = f"a day's totals by the API, {CLIENTS} clients, each once a second, p95"
    (totals, whole), (totals_of_year, whole_of_year) = zip(*little, strict=True), zip(*much, strict=True)
    loaded = f"{days} days loaded"
    return [
        Result(title, "ms", [*totals], GOAL_MILLISECONDS),
        Result(f"{title}, {loaded}", "ms", [*totals_of_year], MOST_GROWTH, "one day loaded", [*totals]),
        Result(
            f"all requests of a day, {CLIENTS} clients, each once a second, p95, {loaded}",
            *("ms", [*whole_of_year], MOST_GROWTH, "one day loaded", [*whole]),
        ),
    ]


def _both(url: str) -> tuple[float, float]:
    """Return the p95 of requests for a day's totals, and of all for a day."""
    p95(url, OF_A_DAY)  # the function's processes start, as many as are called at once
    return p95(url, (TOTALS,)), p95(url, OF_A_DAY)


def p95(url: str, paths: tuple[str, ...]) -> float:
    """Return the milliseconds that 95 % of the requests of all clients stay below."""

    start = time.perf_counter()

    def ask(client: int) -> list[float]:
        seconds = []
        with httpx.Client(base_url=url, trust_env=False, timeout=60) as http:
            for number in range(REQUESTS_OF_EACH):
                due = start + EACH_SECONDS * (number + client / CLIENTS)
                time.sleep(max(0.0, due - time.perf_counter()))
                began = time.perf_counter()
                http.get(paths[number % len(paths)]).raise_for_status()
                seconds.append(time.perf_counter() - began)
        return seconds

    with ThreadPoolExecutor(CLIENTS) as clients:
        times = [each for of_client in clients.map(ask, range(CLIENTS)) for each in of_client]
    return 1000 * quantiles(times, n=20)[-1]


def load_days(settings: Settings, first: int, last: int) -> None:
    """Put the KPIs of these days, counted from FIRST, into the tables."""
    tables = dynamodb(settings)
    genres: Any = [{"rank": rank, "track_genre": f"genre {rank}", "listens": 100} for rank in range(1, 6)]
    with (
        tables.Table(MUSIC_STREAMING_KPIS.name).batch_writer() as kpis,
        tables.Table(TOP_GENRES_BY_DAY.name).batch_writer() as top_genres,
    ):
        for number in range(first, last):
            day = (FIRST + timedelta(days=number)).isoformat()
            top_genres.put_item(Item={"listen_date": day, "top_5_genres": genres})
            for kpi_type in _kpi_types():
                kpis.put_item(Item={"listen_date": day, "kpi_type": kpi_type, **METRICS})


METRICS: dict[str, Any] = {
    "listen_count": 11_346,
    "unique_listeners": 5_000,
    "total_listening_time": 2_587_654_321,
    "avg_listening_time_per_user": Decimal("517.530864"),
}


def _kpi_types() -> Iterator[str]:
    yield "DAY"
    yield from (f"GENRE#genre {number}" for number in range(GENRES))
    yield from (f"HOUR#{hour:02}" for hour in range(HOURS))
