"""What make alerts and make metrics make of messages and points."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from glue_sandbox.published import Published, of_notification
from music.alerts import readable, subject
from music.metrics import NOTHING, POINTS, Series, read_series, sparkline, statistic_of, together

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)


def test_a_message_is_that_of_the_envelope_which_a_queue_gets() -> None:
    envelope = {
        "Timestamp": "2026-01-02T03:04:05.000Z",
        "TopicArn": "arn:aws:sns:r:1:a_topic",
        "Message": "text",
    }
    expected = Published(at="2026-01-02T03:04:05.000Z", topic="a_topic", subject="", text="text")
    assert of_notification(json.dumps(envelope)) == expected
    assert of_notification(json.dumps({**envelope, "Subject": "s"})).subject == "s"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Why: a\nNext: b", "Why: a\nNext: b"),
        ('"Why: a "b" c"\n"Next: d"', 'Why: a "b" c\nNext: d'),
        ('Why: a"\n"Next: d', "Why: a\nNext: d"),
        ('{"no": "alarm"}', '{"no": "alarm"}'),
        (
            json.dumps(
                {"AlarmName": "a", "NewStateValue": "ALARM", "NewStateReason": "r", "AlarmDescription": "d"}
            ),
            "The alarm a is on.\nWhat: d\nWhy:  r",
        ),
        (
            json.dumps({"AlarmName": "a", "NewStateValue": "OK", "NewStateReason": "r"}),
            "The alarm a is over (OK).",
        ),
    ],
    ids=["plain", "EventBridge's lines", "the same, of LocalStack", "other JSON", "an alarm", "its end"],
)
def test_a_message_is_shown_as_text(text: str, shown: str) -> None:
    assert readable(text) == shown


def test_a_subject_that_says_nothing_is_left_out() -> None:
    assert subject(Published(at="", topic="t", subject="EventBridge Notification", text="")) == ""
    assert subject(Published(at="", topic="t", subject="x failed", text="")) == "x failed"


@pytest.mark.parametrize(
    ("values", "line"),
    [([], ""), ([0, 0], "▁▁"), ([None, 4, 8], f"{NOTHING}▅█"), ([1], "█"), ([0, 7], "▁█")],
)
def test_a_sparkline_has_a_block_for_each_value(values: list[float | None], line: str) -> None:
    assert sparkline(values) == line


def test_what_is_shown_of_a_metric_is_in_its_name() -> None:
    assert statistic_of("RunSeconds") == ("Average", "s")
    assert statistic_of("RefusedShare") == ("Maximum", "%")
    assert statistic_of("FilesProcessed") == ("Sum", "")
    assert [together([1, 5], statistic) for statistic in ("Sum", "Average", "Maximum")] == [6, 3, 5]
    assert together([], "Sum") is None


class FakeCloudWatch:
    """Two metrics, of which one has a point an hour ago."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def get_paginator(self, name: str) -> Any:
        return {"list_metrics": self, "get_metric_data": Points(self)}[name]

    def paginate(self, Namespace: str) -> list[dict[str, Any]]:  # noqa: N803 - AWS's
        assert Namespace == "MusicStreams"
        rejected = {"MetricName": "RowsRejected", "Dimensions": [{"Name": "Reason", "Value": "bad_time"}]}
        return [{"Metrics": [rejected, {"MetricName": "DaysTouched", "Dimensions": []}]}]


class Points:
    """GetMetricData of the fake."""

    def __init__(self, cloudwatch: FakeCloudWatch) -> None:
        self.cloudwatch = cloudwatch

    def paginate(self, **request: Any) -> list[dict[str, Any]]:
        self.cloudwatch.asked.append(request)
        found = {"Id": "m1", "Timestamps": [NOW - timedelta(minutes=59)], "Values": [3.0]}
        return [{"MetricDataResults": [{"Id": "m0", "Timestamps": [], "Values": []}, found]}]


def test_a_series_has_a_point_for_each_hour_of_a_day() -> None:
    cloudwatch = FakeCloudWatch()
    assert read_series(cloudwatch, 24, NOW) == [
        Series("DaysTouched", "", [None] * POINTS),
        Series("RowsRejected", "bad_time", [*[None] * (POINTS - 1), 3.0]),
    ]
    (request,) = cloudwatch.asked
    assert [query["MetricStat"]["Period"] for query in request["MetricDataQueries"]] == [3600, 3600]
    assert request["EndTime"] - request["StartTime"] == timedelta(days=1)
