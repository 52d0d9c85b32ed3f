"""A failed run is told once and remembered; the run that succeeds after it tells so, and only that one."""

from __future__ import annotations

import importlib
import json
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from unit.fake_s3 import BUCKET, FakeS3

from dag_settings import DagSettings
from music_streams import layout

RUN_ID = "manual__2026-01-02T03:04:05+00:00"
KEY = "spotify_data/user_streams/a.csv"
MAIL = DagSettings(bucket=BUCKET, topic_arn="arn:topic", alert_email="night@example.org")
JOB = "dev_calculate_metrics_etl"
FAILED_RUN = {
    "Id": "jr_1",
    "StartedOn": 1,
    "Arguments": {"--batch_id": layout.batch_id_of(RUN_ID)},
    "JobRunState": "FAILED",
    "ErrorMessage": "KeyError: 'x'",
    "LogGroupName": "/aws-glue/jobs",
}


class Notifiers:
    """What was sent by which way; a way may be broken."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.broken: set[str] = set()

    def module(self, name: str, class_name: str, way: str, body: str) -> ModuleType:
        def make(**arguments: str) -> Any:
            def notify(_context: Any) -> None:
                if way in self.broken:
                    raise ConnectionError(way)
                self.sent.append((way, arguments["subject"], arguments[body]))

            return SimpleNamespace(notify=notify)

        made = ModuleType(name)
        setattr(made, class_name, make)
        return made


@pytest.fixture
def notifiers() -> Notifiers:
    return Notifiers()


@pytest.fixture
def alerts(monkeypatch: pytest.MonkeyPatch, s3: FakeS3, notifiers: Notifiers) -> Any:
    """The module; Airflow, which these tests lack, is only where clients and notifiers come from."""
    runs = {JOB: {"JobRuns": [FAILED_RUN]}}
    glue = SimpleNamespace(get_job_runs=lambda JobName, MaxResults: runs[JobName])  # noqa: ARG005, N803
    base = ModuleType("airflow.providers.amazon.aws.hooks.base_aws")
    base.AwsBaseHook = lambda client_type: SimpleNamespace(  # type: ignore[attr-defined]
        get_conn=lambda: {"s3": s3, "glue": glue}[client_type]
    )
    sns = notifiers.module("airflow.providers.amazon.aws.notifications.sns", "SnsNotifier", "sns", "message")
    smtp = notifiers.module(
        "airflow.providers.smtp.notifications.smtp", "SmtpNotifier", "smtp", "html_content"
    )
    for module in (base, sns, smtp):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    for name in ("alerts", "record_failure"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module("alerts")


@pytest.fixture(autouse=True)
def manifest(s3: FakeS3) -> None:
    files = [{"key": KEY, "etag": "e", "size": 1, "last_modified": "2026-01-02T00:00:00Z", "kind": "streams"}]
    batch_id = layout.batch_id_of(RUN_ID)
    frozen = {"batch_id": batch_id, "created_at": "2026-01-02T03:04:06Z", "bucket": BUCKET, "files": files}
    s3.deliver(layout.manifest_key(batch_id), json.dumps(frozen).encode())
    s3.deliver(KEY, b"x")


def context() -> dict[str, Any]:
    task = SimpleNamespace(task_id="calculate_metrics_etl", run_id=RUN_ID, log_url="http://airflow/log")
    return {"ti": task, "task": SimpleNamespace(job_name=JOB), "run_id": RUN_ID}


def test_a_failure_is_told_by_every_way_there_is(alerts: Any, notifiers: Notifiers) -> None:
    alerts.failure_alert(MAIL)(context())
    (by_topic, by_mail) = notifiers.sent
    assert by_topic[:2] == ("sns", "music_streaming_pipeline: calculate_metrics_etl failed")
    assert "Why:     FAILED: KeyError: 'x'" in by_topic[2]
    assert f"1 file waits in landing, not lost:\n           {KEY}" in by_topic[2]
    assert "/aws-glue/jobs/error and /output, stream jr_1" in by_topic[2]
    assert by_mail[:2] == ("smtp", by_topic[1])


def test_a_way_that_fails_stops_no_other_and_is_told_to_airflow(alerts: Any, notifiers: Notifiers) -> None:
    notifiers.broken = {"sns"}
    with pytest.raises(ConnectionError, match="sns"):
        alerts.failure_alert(MAIL)(context())
    assert [way for way, _, _ in notifiers.sent] == ["smtp"]


def test_that_all_is_well_again_is_told_once_and_only_after_a_failure(
    alerts: Any, notifiers: Notifiers, s3: FakeS3
) -> None:
    topic_only = DagSettings(bucket=BUCKET, topic_arn="arn:topic")
    assert alerts.tell_if_well_again(topic_only, run_id="run-2") is False
    alerts.failure_alert(topic_only)(context())
    assert alerts.tell_if_well_again(topic_only, run_id="run-2") is True
    assert alerts.tell_if_well_again(topic_only, run_id="run-3") is False

    assert [subject for _, subject, _ in notifiers.sent] == [
        "music_streaming_pipeline: calculate_metrics_etl failed",
        "music_streaming_pipeline: well again, KPIs are up to date",
    ]
    assert f"1 failed, the latest:\n           {RUN_ID}" in notifiers.sent[1][2]
    assert s3.keys("alerts/") == []


def test_a_failure_whose_recovery_could_not_be_told_is_told_by_the_next_run(
    alerts: Any, notifiers: Notifiers
) -> None:
    alerts.failure_alert(MAIL)(context())
    notifiers.broken = {"sns"}
    with pytest.raises(ConnectionError):
        alerts.tell_if_well_again(MAIL, run_id="run-2")
    notifiers.broken = set()
    assert alerts.tell_if_well_again(MAIL, run_id="run-3") is True
