"""Spark's event logs: written by a run to S3, shown by Spark's own history server."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest
from glue_service.aws import BUCKET
from glue_service.servers import HOME, free_port
from glue_service.service import GlueService
from glue_service.waiting import wait_for

from glue_sandbox.errors import SandboxError
from glue_sandbox.history_server import HISTORY, SPARK_ADDRESS, find_event_logs, history, start_history
from glue_sandbox.machine.ports import is_free
from glue_sandbox.processes.supervisor import Supervisor
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import services

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

COUNT = (
    "from pyspark.sql import SparkSession\n"
    "spark = SparkSession.builder.appName({name!r}).getOrCreate()\n"
    "print(spark.range(1000).selectExpr('id % 7 as k').groupBy('k').count().count())"
)


@pytest.fixture
def settings(service: GlueService, tmp_path: Path) -> Settings:
    return Settings(
        home=HOME,
        state=tmp_path / "state",
        sandbox_port=urlsplit(service.url).port or 0,
        emulator_port=urlsplit(service.emulator_url).port or 0,
        airflow_port=free_port(),
        history_port=free_port(),
    )


def test_a_runs_event_log_is_shown_by_the_history_server(
    service: GlueService, s3: S3Client, settings: Settings
) -> None:
    name = f"counting {uuid.uuid4().hex[:8]}"
    prefix = f"events/{uuid.uuid4().hex}"
    job = service.job(
        COUNT.format(name=name),
        command="glueetl",
        GlueVersion="5.1",
        DefaultArguments={
            "--enable-spark-ui": "true",
            "--spark-event-logs-path": f"s3://{BUCKET}/{prefix}",
        },
    )
    run = service.finish(job)
    assert run["JobRunState"] == "SUCCEEDED", run
    listing = s3.list_objects_v2(Bucket=BUCKET, Prefix=f"{prefix}/")["Contents"]
    assert [found["Size"] > 0 for found in listing if found["Key"] != f"{prefix}/"] == [True]
    supervisor = Supervisor(settings)
    try:
        assert start_history(settings, f"s3://{BUCKET}/{prefix}/")
        assert not start_history(settings, f"s3://{BUCKET}/{prefix}/")
        url = f"{history(settings).url}/api/v1/applications"

        def look() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = httpx.get(url, timeout=10, trust_env=False).json()
            return found

        (application,) = wait_for("the application in the history server", look)
        assert application["name"] == name
        assert application["attempts"][0]["completed"]
        assert services(settings)[HISTORY]["state"] == "healthy"
        _no_page_elsewhere_reads(settings.history_port, f"/history/{application['id']}/jobs/")
    finally:
        stopped = supervisor.stop_all()
    assert stopped == [HISTORY]
    assert is_free(settings.history_port)


def _no_page_elsewhere_reads(port: int, path: str) -> None:
    """Neither at the published port nor at Spark's own, to which somebody else's name may lead, too."""
    url = f"http://127.0.0.1:{port}"
    assert "Spark Jobs" in httpx.get(url + path, trust_env=False, follow_redirects=True).text
    for page in (
        {"Host": "evil.example"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        for asked in (path, "/api/v1/applications", "/static/webui.css"):
            assert httpx.get(url + asked, headers=page, trust_env=False).status_code == 403, (page, asked)
            own = httpx.get(f"http://{SPARK_ADDRESS}:{port}{asked}", headers=page, trust_env=False)
            assert own.headers.get("Location") == f"http://localhost:{port}{asked}", own.text


def test_where_event_logs_are_is_found_or_asked_for(service: GlueService, settings: Settings) -> None:
    service.job("", DefaultArguments={"--spark-event-logs-path": "s3://one/place"})
    service.job("", DefaultArguments={"--spark-event-logs-path": "s3://another/place/"})
    with pytest.raises(SandboxError) as caught:
        find_event_logs(settings)
    assert "s3://one/place/" in str(caught.value)
    assert "make history LOGS=s3://" in caught.value.next_command


def test_a_place_that_cannot_be_written_fails_the_run(service: GlueService) -> None:
    arguments = {"--enable-spark-ui": "true", "--spark-event-logs-path": "s3://no-such-bucket-here/events/"}
    run = service.finish(service.job("print('ran')", command="glueetl", DefaultArguments=arguments))
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].startswith(
        "LAUNCH ERROR | s3://no-such-bucket-here/events/ of --spark-event-logs-path can't be written: "
    )
