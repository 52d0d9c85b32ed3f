"""The pipeline's CloudWatch metrics over time, those of `make metrics`: ListMetrics and GetMetricData."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from .answers import Metric, Page

NAMESPACE = os.environ.get("METRIC_NAMESPACE", "MusicStreams")
POINTS = 24
MOST_QUERIES = 500
"""Metrics of one GetMetricData."""
KEPT_SECONDS = 60
"""GetMetricData costs by the metric: pages that are open read it once a minute together."""
STATISTICS = {"Seconds": ("Average", "s"), "Share": ("Maximum", "%")}
"""How a metric's name ends → its statistic, and its unit; of others the sum."""


def metrics(cloudwatch: Any, values: Mapping[str, Any]) -> Page:
    """The pipeline's metrics of the last hours, by name."""
    return Page(_read(cloudwatch, values["hours"], int(time.time() // KEPT_SECONDS)), None)


@lru_cache(maxsize=4)
def _read(cloudwatch: Any, hours: int, period: int) -> list[Metric]:
    return read_metrics(cloudwatch, hours, datetime.fromtimestamp((period + 1) * KEPT_SECONDS, UTC))


def read_metrics(cloudwatch: Any, hours: int, now: datetime) -> list[Metric]:
    """Return every metric of the namespace, in so many points of time up to now, sorted by name."""
    pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace=NAMESPACE)
    known = sorted(
        (metric for page in pages for metric in page["Metrics"]),
        key=lambda metric: (metric["MetricName"], _of(metric)),
    )
    seconds = max(60, hours * 3600 // POINTS // 60 * 60)
    begin = now - timedelta(seconds=seconds * POINTS)

    points: list[list[float | None]] = [[None] * POINTS for _ in known]
    for start in range(0, len(known), MOST_QUERIES):
        some = enumerate(known[start : start + MOST_QUERIES], start)
        queries = [_query(f"m{number}", metric, seconds) for number, metric in some]
        for page in cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries, StartTime=begin, EndTime=now
        ):
            for result in page["MetricDataResults"]:
                of_metric = points[int(result["Id"][1:])]
                for at, value in zip(result["Timestamps"], result["Values"], strict=True):
                    of_metric[_point(at, begin, seconds)] = value

    return [_metric(metric, of_metric) for metric, of_metric in zip(known, points, strict=True)]


def _metric(metric: Mapping[str, Any], points: Sequence[float | None]) -> Metric:
    statistic, unit = _shown(metric)
    values = [value for value in points if value is not None]
    return Metric(
        name=metric["MetricName"],
        of=_of(metric),
        statistic=statistic,
        unit=unit,
        latest=values[-1] if values else None,
        all=_together(values, statistic),
        points=list(points),
    )


def _together(values: Sequence[float], statistic: str) -> float | None:
    """Return one number for all points: their sum, their mean, or the highest."""
    if not values:
        return None
    return {"Sum": sum(values), "Average": sum(values) / len(values), "Maximum": max(values)}[statistic]


def _shown(metric: Mapping[str, Any]) -> tuple[str, str]:
    name = metric["MetricName"]
    return next((found for end, found in STATISTICS.items() if name.endswith(end)), ("Sum", ""))


def _query(name: str, metric: Mapping[str, Any], seconds: int) -> dict[str, Any]:
    wanted = {
        "Namespace": NAMESPACE,
        "MetricName": metric["MetricName"],
        "Dimensions": metric.get("Dimensions", []),
    }
    return {"Id": name, "MetricStat": {"Metric": wanted, "Period": seconds, "Stat": _shown(metric)[0]}}


def _point(at: datetime, begin: datetime, seconds: int) -> int:
    """Return which point a time belongs to; CloudWatch begins periods at round times."""
    return min(POINTS - 1, max(0, int((at - begin).total_seconds() // seconds)))


def _of(metric: Mapping[str, Any]) -> str:
    return ", ".join(each["Value"] for each in metric.get("Dimensions", []))
