"""`make metrics`: the pipeline's CloudWatch metrics as a table, each with a sparkline over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.text import Text

from glue_sandbox.clients import client
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import must_run
from glue_sandbox.terminal.console import working
from glue_sandbox.terminal.record_table import Column, RecordTable
from music_streams.contracts import METRICS_NAMESPACE

BLOCKS = "▁▂▃▄▅▆▇█"
NOTHING = "·"
POINTS = 24
MOST_QUERIES = 500
"""Metrics of one GetMetricData."""
STATISTICS = {"Seconds": ("Average", "s"), "Share": ("Maximum", "%")}
"""How a metric's name ends → what is shown of it, and its unit; of others the sum."""


@dataclass(frozen=True)
class Series:
    """One metric over the time that is shown; None where nothing was published."""

    name: str
    of: str
    values: Sequence[float | None]


def print_metrics(settings: Settings, hours: int) -> None:
    """Print the metrics of the last hours.

    Raises:
        SandboxError: nothing runs.
    """
    must_run(settings)
    with working("Reading metrics"):
        found = read_series(client(settings, "cloudwatch"), hours, datetime.now(UTC))

    table = RecordTable(
        f"Metrics of {METRICS_NAMESPACE}, the last {hours} h",
        [
            Column("METRIC"),
            Column("OF", drop=2),
            Column("SHOWN", drop=3),
            Column("LATEST", right=True),
            Column("ALL", right=True, drop=1),
            Column("OVER TIME"),
        ],
        empty="no job has published any; next: make seed",
    )
    for each in found:
        statistic, unit = statistic_of(each.name)
        known = [value for value in each.values if value is not None]
        table.add(
            Text(each.name),
            Text(each.of),
            statistic.lower(),
            _number(known[-1] if known else None, unit),
            _number(together(known, statistic), unit),
            Text(sparkline(each.values)),
        )
    table.show()


def read_series(cloudwatch: Any, hours: int, now: datetime) -> list[Series]:
    """Return every metric of the namespace, in so many points of time, sorted by name."""
    pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace=METRICS_NAMESPACE)
    metrics = sorted(
        (metric for page in pages for metric in page["Metrics"]),
        key=lambda metric: (metric["MetricName"], _of(metric)),
    )
    seconds = max(60, hours * 3600 // POINTS // 60 * 60)
    begin = now - timedelta(seconds=seconds * POINTS)

    values: dict[str, dict[int, float]] = {}
    for start in range(0, len(metrics), MOST_QUERIES):
        some = metrics[start : start + MOST_QUERIES]
        queries = [_query(f"m{start + n}", metric, seconds) for n, metric in enumerate(some)]
        for page in cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries, StartTime=begin, EndTime=now
        ):
            for result in page["MetricDataResults"]:
                points = values.setdefault(result["Id"], {})
                for at, value in zip(result["Timestamps"], result["Values"], strict=True):
                    points[_point(at, begin, seconds)] = value

    return [
        Series(metric["MetricName"], _of(metric), [values.get(f"m{n}", {}).get(p) for p in range(POINTS)])
        for n, metric in enumerate(metrics)
    ]


def statistic_of(name: str) -> tuple[str, str]:
    """Return what is shown of a metric, and its unit."""
    return next((found for end, found in STATISTICS.items() if name.endswith(end)), ("Sum", ""))


def together(values: Sequence[float], statistic: str) -> float | None:
    """Return one number for all points: their sum, their mean, or the highest."""
    if not values:
        return None
    return {"Sum": sum(values), "Average": sum(values) / len(values), "Maximum": max(values)}[statistic]


def sparkline(values: Sequence[float | None]) -> str:
    """Return one character per value, the highest is a full block; a dot where there is none."""
    highest = max((value for value in values if value is not None), default=0.0)
    return "".join(NOTHING if value is None else BLOCKS[_height(value, highest)] for value in values)


def _height(value: float, highest: float) -> int:
    return round(value / highest * (len(BLOCKS) - 1)) if highest > 0 else 0


def _query(name: str, metric: Mapping[str, Any], seconds: int) -> dict[str, Any]:
    statistic, _ = statistic_of(metric["MetricName"])
    wanted = {
        "Namespace": METRICS_NAMESPACE,
        "MetricName": metric["MetricName"],
        "Dimensions": metric.get("Dimensions", []),
    }
    return {"Id": name, "MetricStat": {"Metric": wanted, "Period": seconds, "Stat": statistic}}


def _point(at: datetime, begin: datetime, seconds: int) -> int:
    """Return which point a time belongs to; CloudWatch begins periods at round times."""
    return min(POINTS - 1, max(0, int((at - begin).total_seconds() // seconds)))


def _of(metric: Mapping[str, Any]) -> str:
    return ", ".join(each["Value"] for each in metric.get("Dimensions", []))


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    text = f"{value:,.1f}" if value % 1 else f"{value:,.0f}"
    return f"{text} {unit}".rstrip()
