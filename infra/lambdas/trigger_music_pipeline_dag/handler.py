"""S3 event -> one run of the DAG, unless a run is waiting already.

A waiting run lists the landing folder when it starts, so it finds the new files by itself. A run that is
under way has frozen its manifest and will not look again: then a new one is queued behind it.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any
from urllib.parse import unquote_plus

from .airflow_api import AirflowApi, AirflowError, connect


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Start the DAG for the stream files of one S3 notification; says what was done and why."""
    delivered = delivered_files(event)
    if not delivered:
        return _outcome(None, "the event names no delivered file")
    dag_id = os.environ["DAG_ID"]
    airflow = connect(os.environ)
    if has_waiting_run(airflow, dag_id):
        return _outcome(None, "a run is queued already and will find the file")
    return start_run(airflow, dag_id, run_id_for(delivered))


def delivered_files(event: dict[str, Any]) -> list[dict[str, str]]:
    """The event's objects as key, etag and time; folder markers and S3's test event are left out."""
    files = []
    for record in event.get("Records", []):
        stored = record["s3"]["object"]
        key = unquote_plus(stored["key"])
        if not key.endswith("/"):
            files.append({"key": key, "etag": stored.get("eTag", ""), "time": record["eventTime"]})
    return files


def run_id_for(delivered: list[dict[str, str]]) -> str:
    """A name that is the same for each delivery of one event: Lambda may call twice for it."""
    names = "\n".join(f"{file['key']} {file['etag']} {file['time']}" for file in delivered)
    return f"s3__{delivered[0]['time']}__{hashlib.sha256(names.encode()).hexdigest()[:8]}"


def has_waiting_run(airflow: AirflowApi, dag_id: str) -> bool:
    """Whether a run of the DAG is queued and has not looked at the landing folder yet."""
    waiting = airflow.call("GET", f"/dags/{dag_id}/dagRuns", query={"state": "queued", "limit": 1})
    return bool(waiting["total_entries"])


def start_run(airflow: AirflowApi, dag_id: str, run_id: str) -> dict[str, Any]:
    """Queue the run; one of that name means that this event was handled before."""
    try:
        # Airflow 3 wants the field even though an event has no logical date.
        airflow.call("POST", f"/dags/{dag_id}/dagRuns", body={"dag_run_id": run_id, "logical_date": None})
    except AirflowError as error:
        if error.status == 409:
            return _outcome(None, f"run {run_id} exists already")
        raise
    return _outcome(run_id, "a stream file was delivered")


def _outcome(run_id: str | None, reason: str) -> dict[str, Any]:
    outcome = {"started": run_id, "reason": reason}
    print(json.dumps(outcome))  # Lambda's log is what is printed
    return outcome
