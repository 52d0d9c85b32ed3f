"""S3 event -> one run of the DAG, unless a run has found the files already or will find them.

A run lists the landing folder in its first task. One that is queued, or whose first task has not started,
finds all that is there by then; one whose first task started after the files had landed has found them.
Otherwise one run is queued. It is named after the run before it, so that many events at once, each of which
sees the same run before it, make one run of that name and not one each.
"""

from __future__ import annotations

import hashlib
import json
import os
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from .airflow_api import AirflowApi, AirflowError, connect

LISTING_TASK = "check_files"  # lists the landing folder
RUNS_LOOKED_AT = 20


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Start the DAG for the stream files of one S3 notification; says what was done and why."""
    delivered = delivered_files(event)
    if not delivered:
        return _outcome(None, "the event names no delivered file")

    airflow, dag_id = connect(os.environ), os.environ["DAG_ID"]
    runs = latest_runs(airflow, dag_id)
    if any(run["state"] == "queued" for run in runs):
        return _outcome(None, "a run is queued already and will find the file")
    latest = runs[0]["dag_run_id"] if runs else ""
    if latest and lists_after(airflow, dag_id, latest, max(file["time"] for file in delivered)):
        return _outcome(None, f"run {latest} lists the files after this one landed")
    return start_run(airflow, dag_id, run_id_after(latest))


def delivered_files(event: dict[str, Any]) -> list[dict[str, str]]:
    """The event's objects as key, etag and time; folder markers and S3's test event are left out."""
    files = []
    for record in event.get("Records", []):
        stored = record["s3"]["object"]
        key = unquote_plus(stored["key"])
        if not key.endswith("/"):
            files.append({"key": key, "etag": stored.get("eTag", ""), "time": record["eventTime"]})
    return files


def latest_runs(airflow: AirflowApi, dag_id: str) -> list[dict[str, Any]]:
    """Return the DAG's latest runs, newest first."""
    query = {"order_by": "-run_after", "limit": RUNS_LOOKED_AT}
    runs: list[dict[str, Any]] = airflow.call("GET", f"/dags/{dag_id}/dagRuns", query=query)["dag_runs"]
    return runs


def lists_after(airflow: AirflowApi, dag_id: str, run_id: str, landed: str) -> bool:
    """Return whether a run lists the landing folder after this moment (ISO 8601).

    A second try of the task works with what the first one found.
    """
    task = airflow.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{LISTING_TASK}")
    if task["state"] in ("failed", "upstream_failed", "removed", "skipped") or task.get("try_number", 1) > 1:
        return False
    started = task.get("start_date")
    return not started or datetime.fromisoformat(started) >= datetime.fromisoformat(landed)


def run_id_after(run_id: str) -> str:
    """Return the name of the run that events start after this one: the same for all of them."""
    return f"s3__after__{hashlib.sha256(run_id.encode()).hexdigest()[:12]}" if run_id else "s3__first"


def start_run(airflow: AirflowApi, dag_id: str, run_id: str) -> dict[str, Any]:
    """Queue the run; one of that name was queued by another event, or by this one before."""
    try:
        # Airflow 3 wants the field even though an event has no logical date.
        airflow.call("POST", f"/dags/{dag_id}/dagRuns", body={"dag_run_id": run_id, "logical_date": None})
    except AirflowError as error:
        if error.status == 409:
            return _outcome(None, f"run {run_id} was queued meanwhile and will find the file")
        raise
    return _outcome(run_id, "a stream file was delivered")


def _outcome(run_id: str | None, reason: str) -> dict[str, Any]:
    outcome = {"started": run_id, "reason": reason}
    print(json.dumps(outcome))  # Lambda's log is what is printed
    return outcome
