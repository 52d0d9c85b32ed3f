"""What a job tells CloudWatch: all in one call, and a failure to send it fails nothing."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from music_streams.job import settings
from music_streams.metrics import JobMetrics, data, in_calls, refused_share


class FakeCloudWatch:
    """Takes metrics, or fails with an error."""

    def __init__(self, error: Exception | None = None) -> None:
        self.calls: list[dict[str, Any]] = []
        self.error = error

    def put_metric_data(self, **request: Any) -> None:
        self.calls.append(request)
        if self.error:
            raise self.error


def test_a_job_sends_all_its_metrics_in_one_call() -> None:
    cloudwatch = FakeCloudWatch()
    metrics = JobMetrics("calculate_metrics_etl")
    metrics.add("RowsRejected", 2, Reason="bad_time")
    metrics.add_values("LandingToKpiSeconds", [5, 7, 5], "Seconds")
    metrics.publish(cloudwatch)

    (call,) = cloudwatch.calls
    rejected, landing, seconds = call["MetricData"]
    assert call["Namespace"] == "MusicStreams"
    assert rejected == {
        "MetricName": "RowsRejected",
        "Dimensions": [{"Name": "Reason", "Value": "bad_time"}],
        "Unit": "Count",
        "Values": [2.0],
        "Counts": [1.0],
    }
    assert (landing["Values"], landing["Counts"], landing["Unit"]) == ([5.0, 7.0], [2.0, 1.0], "Seconds")
    assert (seconds["MetricName"], seconds["Dimensions"]) == (
        "RunSeconds",
        [{"Name": "Step", "Value": "calculate_metrics_etl"}],
    )


def test_an_environment_has_a_namespace_of_its_own() -> None:
    cloudwatch = FakeCloudWatch()
    argv = ["job.py", "--bucket", "b", "--batch_id", "i", "--ledger_table", "l"]
    options = settings([*argv, "--metric_namespace", "dev_MusicStreams"])
    JobMetrics("archive_streams_files", options.metric_namespace).publish(cloudwatch)
    assert [call["Namespace"] for call in cloudwatch.calls] == ["dev_MusicStreams"]
    assert settings(argv).metric_namespace == "MusicStreams"


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "AccessDenied", "Message": "not allowed"}}, "PutMetricData"),
        EndpointConnectionError(endpoint_url="http://localhost:1"),
    ],
)
def test_metrics_that_can_t_be_sent_fail_no_job(error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    cloudwatch = FakeCloudWatch(error)
    JobMetrics("archive_streams_files").publish(cloudwatch)
    assert len(cloudwatch.calls) == 1
    assert capsys.readouterr().out == f"metrics could not be sent, which changes nothing else: {error}\n"


def test_without_an_address_or_a_region_no_job_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    JobMetrics("archive_streams_files").publish()


def test_more_different_values_than_one_metric_may_have_make_several() -> None:
    found = data("LandingToKpiSeconds", range(301), "Seconds", {})
    assert [len(each["Values"]) for each in found] == [150, 150, 1]
    assert sum(sum(each["Counts"]) for each in found) == 301


def test_more_metrics_than_one_call_may_hold_make_several() -> None:
    many = [{"MetricName": str(number)} for number in range(2001)]
    assert [len(some) for some in in_calls(many)] == [1000, 1000, 1]


@pytest.mark.parametrize(
    ("processed", "refused", "share"), [(3, 1, 25.0), (0, 2, 100.0), (5, 0, 0.0), (0, 0, None)]
)
def test_the_refused_share_is_in_percent(processed: int, refused: int, share: float | None) -> None:
    assert refused_share(processed, refused) == share
