"""What a test reads of a run that failed: the job's own error, and the end of its log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

LOG_LINES = 20


class RunFailedError(AssertionError):
    """A job or a DAG did not succeed."""


def job_failure(logs: Any, run: Mapping[str, Any]) -> str:
    """Return a failed run's name and state, its error, and the last lines of its output and of its errors."""
    lines = [f"job {run['JobName']}: {run['JobRunState']}", run.get("ErrorMessage", "no error message")]
    for kind in ("output", "error"):
        tail = _log_tail(logs, f"{run.get('LogGroupName', '')}/{kind}", run["Id"])
        lines += [f"--- end of its {kind} log (run {run['Id']})", *tail] if tail else []
    return "\n".join(lines)


def failed_job_runs(glue: Any, since: datetime) -> Iterator[Mapping[str, Any]]:
    """Yield each job's latest run that failed, of those that were started since then."""
    for page in glue.get_paginator("get_jobs").paginate():
        for job in page["Jobs"]:
            for run in glue.get_job_runs(JobName=job["Name"], MaxResults=1)["JobRuns"]:
                if run["StartedOn"] >= since and run["JobRunState"] in ("FAILED", "TIMEOUT", "ERROR"):
                    yield run


def _log_tail(logs: Any, group: str, stream: str) -> list[str]:
    try:
        events = logs.get_log_events(logGroupName=group, logStreamName=stream, limit=LOG_LINES)["events"]
    except logs.exceptions.ResourceNotFoundException:
        return []  # nothing was written
    return [line for event in events for line in event["message"].splitlines()][-LOG_LINES:]
