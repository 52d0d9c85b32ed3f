"""A Lambda function: each new object of an S3 event starts one run of a DAG, with the object in its `conf`.

It is deployed for events of the project file that name a DAG. Standard library only.
"""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import unquote_plus
from urllib.request import ProxyHandler, Request, build_opener

TIMEOUT_SECONDS = 25


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Start the runs; return their ids."""
    objects = [
        {"bucket": record["s3"]["bucket"]["name"], "key": unquote_plus(record["s3"]["object"]["key"])}
        for record in event.get("Records", [])
    ]
    delivered = [each for each in objects if not each["key"].endswith("/")]  # a folder is no delivery
    if not delivered:
        return {"runs": []}

    user, password = os.environ["AIRFLOW_USER"], os.environ["AIRFLOW_PASSWORD"]
    token = _post("/auth/token", {"username": user, "password": password})["access_token"]
    path = f"/api/v2/dags/{os.environ['DAG_ID']}/dagRuns"
    runs = [_post(path, {"logical_date": None, "conf": each}, token)["dag_run_id"] for each in delivered]
    return {"runs": runs}


def _post(path: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    address = os.environ["AIRFLOW_URL"].rstrip("/") + path
    # The address is the deployer's, not the event's; Airflow is a neighbour, with no proxy in between.
    request = Request(address, data=json.dumps(body).encode(), headers=headers)  # noqa: S310
    with build_opener(ProxyHandler({})).open(request, timeout=TIMEOUT_SECONDS) as answer:
        return dict(json.load(answer))
