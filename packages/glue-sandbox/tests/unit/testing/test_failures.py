"""What a test reads of a job that failed: its own error, and the end of its log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from glue_sandbox.testing.failures import LOG_LINES, failed_job_runs, job_failure

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RUN = {"JobName": "load", "Id": "jr_1", "JobRunState": "FAILED", "LogGroupName": "/aws-glue/jobs"}


@pytest.fixture
def logs() -> Any:
    return boto3.client("logs", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")


def test_a_job_s_error_and_the_last_lines_of_both_its_logs_are_told(logs: Any) -> None:
    lines = [f"line {number}" for number in range(LOG_LINES + 5)]
    with Stubber(logs) as answers:
        for kind, events in (("output", [{"message": "\n".join(lines), "timestamp": 1}]), ("error", [])):
            asked = {"logGroupName": f"/aws-glue/jobs/{kind}", "logStreamName": "jr_1", "limit": LOG_LINES}
            answers.add_response("get_log_events", {"events": events}, asked)
        told = job_failure(logs, {**RUN, "ErrorMessage": "KeyError: 'day'"})
    expected = ["job load: FAILED", "KeyError: 'day'", "--- end of its output log (run jr_1)", *lines[5:]]
    assert told.splitlines() == expected


def test_a_job_that_wrote_nothing_is_told_without_a_log(logs: Any) -> None:
    with Stubber(logs) as answers:
        for _ in range(2):
            answers.add_client_error("get_log_events", "ResourceNotFoundException")
        assert job_failure(logs, RUN) == "job load: FAILED\nno error message"


def test_of_each_job_the_latest_run_counts_if_it_failed_since_then() -> None:
    glue = boto3.client("glue", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    runs = {
        "failed": {"Id": "jr_1", "JobRunState": "FAILED", "StartedOn": NOW},
        "before": {"Id": "jr_2", "JobRunState": "FAILED", "StartedOn": NOW - timedelta(seconds=1)},
        "well": {"Id": "jr_3", "JobRunState": "SUCCEEDED", "StartedOn": NOW},
    }
    with Stubber(glue) as answers:
        answers.add_response("get_jobs", {"Jobs": [{"Name": name} for name in runs]}, {})
        for name, run in runs.items():
            answers.add_response("get_job_runs", {"JobRuns": [run]}, {"JobName": name, "MaxResults": 1})
        assert [run["Id"] for run in failed_job_runs(glue, NOW)] == ["jr_1"]
