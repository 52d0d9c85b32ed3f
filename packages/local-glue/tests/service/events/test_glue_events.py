"""What Glue does arrives at rules of EventBridge; where it can't, all goes on and it is said once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from glue_service.crawler_fixture import CrawlerFixture, parquet
from glue_service.service import GlueService
from glue_service.waiting import wait_for

from .conftest import Received

SLEEPS = "import time\ntime.sleep(60)"
JOB, STATUS = "Glue Job State Change", "Glue Job Run Status"


def test_a_run_that_succeeds_and_one_that_fails(telling_service: GlueService, received: Received) -> None:
    good = telling_service.finish(telling_service.job("print('fine')"))
    bad = telling_service.finish(telling_service.job("raise KeyError('no such column')"))
    (event,) = received.of(JOB, 1, jobRunId=good["Id"])
    assert {name: event[name] for name in ("source", "account", "region", "resources")} == {
        "source": "aws.glue",
        "account": "000000000000",
        "region": "us-east-1",
        "resources": [],
    }
    assert (event["detail"]["jobName"], event["detail"]["state"]) == (good["JobName"], "SUCCEEDED")
    (event,) = received.of(JOB, 1, jobRunId=bad["Id"])
    assert (event["detail"]["state"], event["detail"]["severity"]) == ("FAILED", "ERROR")
    assert event["detail"]["message"].endswith("KeyError: 'no such column'")


def test_a_late_run_tells_each_of_its_states_once(telling_service: GlueService, received: Received) -> None:
    """A minute is a second here; the job's time is up after three."""
    job = telling_service.job(SLEEPS, Timeout=3, NotificationProperty={"NotifyDelayAfter": 1})
    run = telling_service.finish(job)
    assert run["JobRunState"] == "TIMEOUT"
    (ended,) = received.of(JOB, 1, jobRunId=run["Id"])
    assert (ended["detail"]["state"], ended["detail"]["message"]) == ("TIMEOUT", "Job run timed out")
    told = received.of(STATUS, 1, jobRunId=run["Id"])
    assert [event["detail"]["state"] for event in told] in (["RUNNING"], ["STARTING", "RUNNING"])
    assert told[0]["detail"]["notificationCondition"] == {"NotifyDelayAfter": 1.0}


def test_a_run_that_is_stopped(telling_service: GlueService, received: Received) -> None:
    job = telling_service.job(SLEEPS)
    run_id = telling_service.start(job)
    telling_service.wait(job, run_id, {"RUNNING"})
    telling_service.aws("glue").batch_stop_job_run(JobName=job, JobRunIds=[run_id])
    (event,) = received.of(JOB, 1, jobRunId=run_id)
    assert event["detail"]["state"] == "STOPPED"


def test_a_crawl_and_what_it_did_to_the_catalog(telling_service: GlueService, received: Received) -> None:
    crawled = CrawlerFixture(telling_service)
    crawled.put("listens/day=1/a.parquet", parquet())
    crawled.create("listens/")
    assert crawled.crawl()["Status"] == "SUCCEEDED"
    received.of("Glue Crawler State Change", 1, crawlerName=crawled.name, state="Started")
    (ended,) = received.of("Glue Crawler State Change", 1, crawlerName=crawled.name, state="Succeeded")
    assert (ended["detail"]["tablesCreated"], ended["detail"]["partitionsCreated"]) == ("1", "1")
    received.of("Glue Data Catalog Database State Change", 1, databaseName=crawled.name)
    (table,) = received.of("Glue Data Catalog Table State Change", 1, databaseName=crawled.name)
    assert (table["detail"]["typeOfChange"], table["detail"]["changedPartitions"]) == (
        "BatchCreatePartition",
        ["[1]"],
    )


def test_an_operation_on_the_catalog(telling_service: GlueService, received: Received) -> None:
    telling_service.aws("glue").create_database(DatabaseInput={"Name": "told"})
    (event,) = received.of("Glue Data Catalog Database State Change", 1, databaseName="told")
    assert event["detail"] == {"databaseName": "told", "typeOfChange": "CreateDatabase", "changedTables": []}
    assert event["resources"] == ["arn:aws:glue:us-east-1:000000000000:database/told"]


def test_nobody_else_may_send_events_of_aws(telling_service: GlueService) -> None:
    entry: Any = {"Source": "aws.glue", "DetailType": JOB, "Detail": "{}"}
    answer = telling_service.aws("events").put_events(Entries=[entry])
    assert [found["ErrorCode"] for found in answer["Entries"]] == ["NotAuthorizedForSourceException"]


def test_events_that_do_not_arrive_fail_no_run_and_are_said_once(
    own_service: Callable[..., GlueService],
) -> None:
    """This service has no token, so its emulator takes no event of Glue from it."""
    service = own_service()
    job = service.job("print('fine')")
    assert [service.finish(job)["JobRunState"] for _ in range(2)] == ["SUCCEEDED"] * 2

    def said() -> list[str]:
        log = service.server.log.read_text()
        return [line for line in log.splitlines() if "do not reach EventBridge" in line]

    (line,) = wait_for("the warning", said)
    assert line.endswith("all else goes on: Not authorized for the source.")
    service.server.stop()
    assert len(said()) == 1
