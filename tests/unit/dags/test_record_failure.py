"""A failed task, seen by Airflow: the rows of its run's files say which step, why, and what happens next."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from unit.fake_ledger import FakeLedger
from unit.fake_s3 import FakeS3

from music_streams import layout

RUN_ID = "manual__2026-01-02T03:04:05+00:00"
BATCH_ID = layout.batch_id_of(RUN_ID)
KEY = "spotify_data/user_streams/a.csv"
TASK = "calculate_metrics_etl"
JOB = "dev_calculate_metrics_etl"  # of an environment whose names have a prefix
Record = Callable[..., None]


class FakeGlue:
    """Runs of one job, newest first, as GetJobRuns has them; of others Airflow's role may ask nothing."""

    def __init__(self, *runs: dict[str, Any], is_gone: bool = False) -> None:
        self.is_gone = is_gone
        self.runs = [
            {
                "Arguments": {"--batch_id": BATCH_ID},
                "StartedOn": datetime(2026, 1, 2, 4 - n, tzinfo=UTC),
                **run,
            }
            for n, run in enumerate(runs)
        ]

    def get_job_runs(self, JobName: str, MaxResults: int) -> dict[str, Any]:  # noqa: N803
        if JobName != JOB:
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetJobRuns")
        if self.is_gone:
            raise ClientError({"Error": {"Code": "EntityNotFoundException"}}, "GetJobRuns")
        return {"JobRuns": self.runs[:MaxResults]}


@pytest.fixture
def ledger() -> FakeLedger:
    return FakeLedger()


@pytest.fixture
def s3() -> FakeS3:
    made = FakeS3()
    files = [
        {"key": key, "etag": "e", "size": 1, "last_modified": "2026-01-02T00:00:00Z", "kind": kind}
        for key, kind in ((KEY, "streams"), ("spotify_data/songs/s.csv", "songs"))
    ]
    manifest = {"batch_id": BATCH_ID, "created_at": "2026-01-02T03:04:06Z", "bucket": "b", "files": files}
    made.deliver(layout.manifest_key(BATCH_ID), json.dumps(manifest).encode())
    return made


@pytest.fixture
def record(monkeypatch: pytest.MonkeyPatch, ledger: FakeLedger, s3: FakeS3) -> Record:
    """Tell of a failure; Airflow, which the tests' environment lacks, is only where clients come from."""

    def call(glue: FakeGlue, task_id: str = TASK, **context: Any) -> None:
        clients = {"s3": s3, "dynamodb": None, "glue": glue}
        base = ModuleType("airflow.providers.amazon.aws.hooks.base_aws")
        base.AwsBaseHook = lambda client_type: SimpleNamespace(  # type: ignore[attr-defined]
            get_conn=lambda: clients[client_type]
        )
        monkeypatch.setitem(sys.modules, base.__name__, base)
        monkeypatch.delitem(sys.modules, "record_failure", raising=False)
        module = importlib.import_module("record_failure")
        monkeypatch.setattr(module, "Ledger", lambda *_: ledger)
        operator = SimpleNamespace(**({"job_name": JOB} if task_id == TASK else {}))
        ti = SimpleNamespace(task_id=task_id, run_id=RUN_ID)
        module.failure_recorder("b", "a table", "wait")({"ti": ti, "task": operator, **context})

    return call


def test_what_glue_says_of_the_latest_run_of_this_batch_is_why(record: Record, ledger: FakeLedger) -> None:
    of_another_batch = {"JobRunState": "FAILED", "ErrorMessage": "z", "Arguments": {"--batch_id": "other"}}
    latest = {"JobRunState": "FAILED", "ErrorMessage": "the script was killed"}
    earlier = {"JobRunState": "TIMEOUT", "ErrorMessage": "too late"}
    record(FakeGlue(of_another_batch, latest, earlier), exception=RuntimeError("run failed"))
    assert ledger.records == [
        ("step_failed", KEY, "calculate_metrics_etl: FAILED: the script was killed; wait")
    ]


def test_without_a_failed_glue_run_the_exception_is_why(record: Record, ledger: FakeLedger) -> None:
    record(FakeGlue({"JobRunState": "SUCCEEDED"}), exception=RuntimeError("no answer"))
    record(FakeGlue(), task_id="check_archived", exception=RuntimeError("no result"))
    record(FakeGlue())
    record(FakeGlue(is_gone=True), exception=RuntimeError("no job"))
    assert [problem for _, _, problem in ledger.records] == [
        "calculate_metrics_etl: no answer; wait",
        "check_archived: no result; wait",
        "calculate_metrics_etl: its process exited without a message; wait",
        "calculate_metrics_etl: no job; wait",
    ]


def test_a_run_that_has_taken_up_nothing_leaves_no_record(
    record: Record, ledger: FakeLedger, s3: FakeS3
) -> None:
    s3.objects.clear()
    record(FakeGlue(), task_id="check_files")
    assert ledger.records == []
