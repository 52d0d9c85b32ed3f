"""What make alerts and make metrics make of messages and points."""

from __future__ import annotations

import inspect
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from deliveries import ROOT

from glue_sandbox.settings import Settings
from glue_sandbox.status.published import Published, of_notification
from glue_sandbox.terminal.console import out
from keep_alert.texts import readable_subject, readable_text
from kpi_api.answers import Metric
from kpi_api.metrics import POINTS, read_metrics
from music import alerts, metrics
from music.commands.alerts import alerts as command
from music.metrics import NOTHING, sparkline
from music_streams.contracts import METRICS_NAMESPACE

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


def test_of_an_alert_on_a_narrow_terminal_a_line_goes_on_below_its_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "Why:  a reason of so many words that they do not stand in one line\nRun:  jr_0"
    message = Published(at="2026-01-02T03:04:05.000Z", topic="t", subject="", text=text)
    monkeypatch.setattr(alerts, "must_run", lambda _: {})
    monkeypatch.setattr(alerts, "read_published", lambda _: [message])
    monkeypatch.setattr(out, "_force_terminal", True)
    monkeypatch.setattr(out, "_width", 60)
    with out.capture() as shown:
        alerts.print_alerts(Settings(), 1)
    lines = [
        "  Why:  a reason of so many words that they do not stand in",
        "        one line",
        "  Run:  jr_0",
    ]
    assert shown.get().splitlines()[2:5] == lines


def test_the_list_of_commands_says_how_many_alerts_are_shown() -> None:
    default = inspect.signature(command).parameters["count"].default
    line = re.search(r"^alerts: ## (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert line is not None
    assert re.findall(r"\d+", line[1]) == [str(default)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Why: a\nNext: b", "Why: a\nNext: b"),
        ('"Why: a "b" c"\n"Next: d"', 'Why: a "b" c\nNext: d'),
        ('Why: a"\n"Next: d', "Why: a\nNext: d"),
        ('{"no": "alarm"}', '{"no": "alarm"}'),
        ("{no json", "{no json"),
        ("", ""),
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
    ids=[
        "plain",
        "EventBridge's lines",
        "the same, of LocalStack",
        "other JSON",
        "no JSON",
        "nothing",
        "an alarm",
        "its end",
    ],
)
def test_a_message_is_shown_as_text(text: str, shown: str) -> None:
    assert readable_text(text) == shown


def test_a_subject_that_says_nothing_is_left_out() -> None:
    assert readable_subject("EventBridge Notification") == ""
    assert readable_subject("x failed") == "x failed"


@pytest.mark.parametrize(
    ("values", "line"),
    [([], ""), ([0, 0], "▁▁"), ([None, 4, 8], f"{NOTHING}▅█"), ([1], "█"), ([0, 7], "▁█")],
)
def test_a_sparkline_has_a_block_for_each_value(values: list[float | None], line: str) -> None:
    assert sparkline(values) == line


class FakeCloudWatch:
    """Metrics by name, each with its values of the last hours."""

    def __init__(self, values: dict[str, list[float]]) -> None:
        self.values = values
        self.asked: list[dict[str, Any]] = []

    def get_paginator(self, name: str) -> Any:
        return {"list_metrics": self, "get_metric_data": Points(self)}[name]

    def paginate(self, Namespace: str) -> list[dict[str, Any]]:  # noqa: N803 - AWS's
        assert Namespace == METRICS_NAMESPACE
        dimensions = [{"Name": "Reason", "Value": "bad_time"}]
        return [{"Metrics": [{"MetricName": name, "Dimensions": dimensions} for name in self.values]}]


class Points:
    """GetMetricData of the fake."""

    def __init__(self, cloudwatch: FakeCloudWatch) -> None:
        self.cloudwatch = cloudwatch

    def paginate(self, **request: Any) -> list[dict[str, Any]]:
        self.cloudwatch.asked.append(request)
        results = []
        for query in request["MetricDataQueries"]:
            values = self.cloudwatch.values[query["MetricStat"]["Metric"]["MetricName"]]
            at = [NOW - timedelta(minutes=59 + 60 * ago) for ago in range(len(values))]
            results.append({"Id": query["Id"], "Timestamps": at, "Values": values[::-1]})
        return [{"MetricDataResults": results}]


def test_a_metric_has_a_point_for_each_hour_of_a_day() -> None:
    cloudwatch = FakeCloudWatch({"RowsRejected": [3.0], "DaysTouched": []})
    nothing = [None] * (POINTS - 1)
    assert read_metrics(cloudwatch, 24, NOW) == [
        Metric("DaysTouched", "bad_time", "Sum", "", latest=None, all=None, points=[*nothing, None]),
        Metric("RowsRejected", "bad_time", "Sum", "", latest=3.0, all=3.0, points=[*nothing, 3.0]),
    ]
    (request,) = cloudwatch.asked
    assert [query["MetricStat"]["Period"] for query in request["MetricDataQueries"]] == [3600, 3600]
    assert request["EndTime"] - request["StartTime"] == timedelta(days=1)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_what_a_metric_is_of_is_told_at_any_width(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reasons = ["missing_track_genre", "missing_duration_ms"]
    found = [Metric("RowsRejected", reason, "Sum", "Count", 3.0, 3.0, [1.0] * POINTS) for reason in reasons]
    for name, answer in (("must_run", None), ("client", None), ("read_metrics", found)):
        monkeypatch.setattr(metrics, name, lambda *_, answer=answer: answer)
    monkeypatch.setattr(out, "_width", width)
    metrics.print_metrics(Settings(), 24)
    said = capsys.readouterr().out
    assert [reason for reason in reasons if reason not in said] == []


def test_what_is_shown_of_a_metric_is_in_its_name() -> None:
    names = ("FilesProcessed", "RefusedShare", "RunSeconds")
    cloudwatch = FakeCloudWatch({name: [5.0, 1.0] for name in names})
    found = [(m.name, m.statistic, m.unit, m.latest, m.all) for m in read_metrics(cloudwatch, 24, NOW)]
    assert found == [
        ("FilesProcessed", "Sum", "", 1, 6),
        ("RefusedShare", "Maximum", "%", 1, 5),
        ("RunSeconds", "Average", "s", 1, 3),
    ]
    asked = [query["MetricStat"]["Stat"] for query in cloudwatch.asked[0]["MetricDataQueries"]]
    assert asked == ["Sum", "Maximum", "Average"]
