"""What a job tells CloudWatch of its work: one PutMetricData at its end, which never fails the job.

FilesProcessed, FilesRefused      files; RefusedShare of them, in percent
RowsAccepted, RowsRejected        rows of these files; rejected ones by Reason
                                  (songs and users files, which every run reads, count in the first that does)
DaysTouched                       days whose KPIs were computed
ItemsWritten, ItemsRemoved        items of the KPI tables
LandingToKpiSeconds               of each stream file
RunSeconds                        of each job, by Step
RunsSucceeded                     1, by the last job
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Optional

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from music_streams.contracts import METRICS_NAMESPACE
from music_streams.job import say

COUNT, SECONDS, PERCENT = "Count", "Seconds", "Percent"
MOST_METRICS = 1000
"""Metrics of one PutMetricData."""
MOST_VALUES = 150
"""Different values of one metric in it."""
# The job's work is done by then: it waits for nobody for long.
CONFIG = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})

Datum = dict[str, Any]
"""One metric, as PutMetricData takes it."""


class JobMetrics:
    """The metrics of one job, from its begin to its end."""

    def __init__(self, step: str, namespace: str = METRICS_NAMESPACE) -> None:
        self._step, self._namespace = step, namespace
        self._began = time.monotonic()
        self._data: list[Datum] = []

    def add(self, name: str, value: float, unit: str = COUNT, **dimensions: str) -> None:
        """Add one value; the dimensions say what of."""
        self.add_values(name, [value], unit, **dimensions)

    def add_values(self, name: str, values: "Iterable[float]", unit: str, **dimensions: str) -> None:
        """Add the values of many things of a kind."""
        self._data += data(name, values, unit, dimensions)

    def publish(self, cloudwatch: Any = None) -> None:
        """Send all of them, and how long the job took until now; where that fails, say so and go on."""
        self.add("RunSeconds", round(time.monotonic() - self._began, 3), SECONDS, Step=self._step)
        try:
            cloudwatch = cloudwatch or boto3.client("cloudwatch", config=CONFIG)
            for some in in_calls(self._data):
                cloudwatch.put_metric_data(Namespace=self._namespace, MetricData=some)
        except (BotoCoreError, ClientError) as error:
            say(f"metrics could not be sent, which changes nothing else: {error}")


def data(name: str, values: "Iterable[float]", unit: str, dimensions: "dict[str, str]") -> "list[Datum]":
    """Return a metric's values in as few metrics as CloudWatch allows; equal values are counted."""
    counts = sorted(Counter(values).items())
    parts = [counts[start : start + MOST_VALUES] for start in range(0, len(counts), MOST_VALUES)]
    named = [{"Name": key, "Value": value} for key, value in sorted(dimensions.items())]
    return [
        {
            "MetricName": name,
            "Dimensions": named,
            "Unit": unit,
            "Values": [float(value) for value, _ in part],
            "Counts": [float(count) for _, count in part],
        }
        for part in parts
    ]


def in_calls(metrics: "list[Datum]") -> "Iterator[list[Datum]]":
    """Yield what one call may hold; that is all of it, but for runs of very many files."""
    for start in range(0, len(metrics), MOST_METRICS):
        yield metrics[start : start + MOST_METRICS]


def refused_share(processed: int, refused: int) -> Optional[float]:
    """Return the refused share of a run's files in percent; None without files."""
    files = processed + refused
    return round(100 * refused / files, 3) if files else None
