"""The events of Glue have the fields and values of AWS's documented examples."""

from __future__ import annotations

from typing import Any, cast

import pytest

from local_glue.events.bus import EventBus
from local_glue.events.catalog import crawl_events, operation_events
from local_glue.events.crawls import crawler_ended, crawler_started
from local_glue.events.event import Event
from local_glue.events.job_runs import job_run_status, job_state_change
from local_glue.store import Scope

SCOPE = Scope("123456789012", "eu-west-1")
TABLE_ARN = "arn:aws:glue:eu-west-1:123456789012:table/d1/t1"
STARTED = 1524603347.941  # 2018-04-24T20:55:47.941Z
RUN = {
    "JobName": "MyJob",
    "Id": "jr_1",
    "StartedOn": STARTED,
    "NotificationProperty": {"NotifyDelayAfter": 1},
}


@pytest.mark.parametrize(
    ("state", "severity", "message"),
    [
        ("SUCCEEDED", "INFO", "Job run succeeded"),
        (
            "FAILED",
            "ERROR",
            "JobName:MyJob and JobRunId:jr_1 failed to execute with exception KeyError: 'a {b}'",
        ),
        ("TIMEOUT", "WARN", "Job run timed out"),
        ("STOPPED", "INFO", "Job run stopped"),
    ],
)
def test_the_end_of_a_run(state: str, severity: str, message: str) -> None:
    run = {**RUN, "JobRunState": state, "ErrorMessage": "KeyError: 'a {b}'"}
    assert job_state_change(run) == [
        Event(
            "Glue Job State Change",
            {
                "jobName": "MyJob",
                "severity": severity,
                "state": state,
                "jobRunId": "jr_1",
                "message": message,
            },
        )
    ]


@pytest.mark.parametrize("state", ["STARTING", "RUNNING", "STOPPING", "WAITING", "ERROR"])
def test_a_state_that_aws_documents_no_event_of_has_none(state: str) -> None:
    assert job_state_change({**RUN, "JobRunState": state}) == []


def test_a_run_that_takes_longer_than_expected() -> None:
    assert job_run_status({**RUN, "JobRunState": "STARTING"}) == Event(
        "Glue Job Run Status",
        {
            "jobName": "MyJob",
            "severity": "INFO",
            "notificationCondition": {"NotifyDelayAfter": 1.0},
            "state": "STARTING",
            "jobRunId": "jr_1",
            "message": "Job is in STARTING state",
            "startedOn": "2018-04-24T20:55:47.941Z",
        },
    )


def test_a_crawl_s_begin_and_its_end_by_success_or_failure() -> None:
    link = (
        "https://console.aws.amazon.com/cloudwatch/home?region=eu-west-1"
        "#logEventViewer:group=/aws-glue/crawlers;stream=c"
    )
    done = {("TABLE", "ADD"): ["t1"], ("PARTITION", "ADD"): ["t1/a", "t1/b"]}
    started = crawler_started(SCOPE, "c", STARTED)
    (succeeded,) = crawler_ended(SCOPE, "c", {"Status": "SUCCEEDED"}, done, 7.2, STARTED)
    (failed,) = crawler_ended(SCOPE, "c", {"Status": "FAILED", "ErrorMessage": "why"}, {}, 1, STARTED)

    assert {event.detail_type for event in (started, succeeded, failed)} == {"Glue Crawler State Change"}
    assert started.detail == {
        "accountId": "123456789012",
        "crawlerName": "c",
        "startTime": "2018-04-24T20:55:47Z",
        "state": "Started",
        "message": "Crawler Started",
    }
    assert succeeded.detail == {
        "tablesCreated": "1",
        "warningMessage": "N/A",
        "partitionsUpdated": "0",
        "tablesUpdated": "0",
        "message": "Crawler Succeeded",
        "partitionsDeleted": "0",
        "accountId": "123456789012",
        "runningTime (sec)": "7",
        "tablesDeleted": "0",
        "crawlerName": "c",
        "completionDate": "2018-04-24T20:55:47Z",
        "state": "Succeeded",
        "partitionsCreated": "2",
        "cloudWatchLogLink": link,
    }
    assert failed.detail == {
        "crawlerName": "c",
        "errorMessage": "why",
        "accountId": "123456789012",
        "cloudWatchLogLink": link,
        "state": "Failed",
        "message": "Crawler Failed",
    }
    assert crawler_ended(SCOPE, "c", {"Status": "CANCELLED"}, {}, 1, STARTED) == []


def of_database(operation: str, *tables: str, arns: tuple[str, ...] = (TABLE_ARN,)) -> Event:
    detail = {"databaseName": "d1", "typeOfChange": operation, "changedTables": list(tables)}
    return Event("Glue Data Catalog Database State Change", detail, arns)


def of_table(operation: str, *partitions: str) -> Event:
    detail = {
        "databaseName": "d1",
        "changedPartitions": list(partitions),
        "typeOfChange": operation,
        "tableName": "t1",
    }
    return Event("Glue Data Catalog Table State Change", detail, (TABLE_ARN,))


IN_TABLE = {"DatabaseName": "D1", "TableName": "T1"}
DATABASE_ARN = "arn:aws:glue:eu-west-1:123456789012:database/d1"
TWO = [{"Values": ["C.pdf", "dir3"]}, {"Values": ["D.doc", "dir4"]}]


@pytest.mark.parametrize(
    ("operation", "params", "expected"),
    [
        (
            "CreateDatabase",
            {"DatabaseInput": {"Name": "D1"}},
            of_database("CreateDatabase", arns=(DATABASE_ARN,)),
        ),
        ("DeleteDatabase", {"Name": "d1"}, of_database("DeleteDatabase", arns=(DATABASE_ARN,))),
        (
            "CreateTable",
            {"DatabaseName": "d1", "TableInput": {"Name": "T1"}},
            of_database("CreateTable", "t1"),
        ),
        ("DeleteTable", {"DatabaseName": "d1", "Name": "t1"}, of_database("DeleteTable", "t1")),
        (
            "BatchDeleteTable",
            {"DatabaseName": "d1", "TablesToDelete": ["t1"]},
            of_database("BatchDeleteTable", "t1"),
        ),
        ("UpdateTable", {"DatabaseName": "d1", "TableInput": {"Name": "t1"}}, of_table("UpdateTable")),
        (
            "BatchCreatePartition",
            {**IN_TABLE, "PartitionInputList": TWO},
            of_table("BatchCreatePartition", "[C.pdf, dir3]", "[D.doc, dir4]"),
        ),
        (
            "BatchUpdatePartition",
            {**IN_TABLE, "Entries": [{"PartitionValueList": ["a"]}]},
            of_table("BatchUpdatePartition", "[a]"),
        ),
        (
            "BatchDeletePartition",
            {**IN_TABLE, "PartitionsToDelete": TWO[:1]},
            of_table("BatchDeletePartition", "[C.pdf, dir3]"),
        ),
        (
            "CreatePartition",
            {**IN_TABLE, "PartitionInput": TWO[0]},
            of_table("CreatePartition", "[C.pdf, dir3]"),
        ),
        ("UpdatePartition", {**IN_TABLE, "PartitionValueList": ["a"]}, of_table("UpdatePartition", "[a]")),
        ("DeletePartition", {**IN_TABLE, "PartitionValues": ["a"]}, of_table("DeletePartition", "[a]")),
    ],
)
def test_a_change_of_the_catalog(operation: str, params: dict[str, Any], expected: Event) -> None:
    assert operation_events(SCOPE, operation, params, {}) == [expected]


def test_what_a_batch_refused_has_not_changed() -> None:
    params = {**IN_TABLE, "PartitionInputList": TWO}
    refused: list[dict[str, Any]] = [{"PartitionValues": part["Values"], "ErrorDetail": {}} for part in TWO]
    one = operation_events(SCOPE, "BatchCreatePartition", params, {"Errors": refused[:1]})
    assert one == [of_table("BatchCreatePartition", "[D.doc, dir4]")]
    assert operation_events(SCOPE, "BatchCreatePartition", params, {"Errors": refused}) == []
    no_table = {"Errors": [{"TableName": "t1", "ErrorDetail": {}}]}
    params = {"DatabaseName": "d1", "TablesToDelete": ["t1"]}
    assert operation_events(SCOPE, "BatchDeleteTable", params, no_table) == []


def test_reading_tells_nobody() -> None:
    assert operation_events(SCOPE, "GetTable", {"DatabaseName": "d1", "Name": "t1"}, {}) == []


def test_more_than_a_hundred_partitions_make_several_events() -> None:
    params = {**IN_TABLE, "PartitionInputList": [{"Values": [str(n)]} for n in range(201)]}
    events = operation_events(SCOPE, "BatchCreatePartition", params, {})
    assert [len(event.detail["changedPartitions"]) for event in events] == [100, 100, 1]


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("CreatePartition", {"PartitionInput": {"Parameters": {"n": "1"}}}),
        ("BatchCreatePartition", {"PartitionInputList": [{}]}),
    ],
)
def test_the_partition_of_a_table_without_partition_keys_has_no_values(
    operation: str, params: dict[str, Any]
) -> None:
    (event,) = operation_events(SCOPE, operation, IN_TABLE | params, {})
    assert event.detail["changedPartitions"] == ["[]"]


def test_a_change_that_cannot_be_described_stays_done(caplog: pytest.LogCaptureFixture) -> None:
    bus = EventBus(cast(Any, None))
    bus.tell(SCOPE, lambda: operation_events(SCOPE, "DeleteTable", {}, {}))
    bus.close()
    assert "a change of Glue has no event" in caplog.text


def test_a_crawl_tells_of_what_it_did_to_tables_and_partitions() -> None:
    done = {
        ("TABLE", "ADD"): ["t1"],
        ("TABLE", "UPDATE"): ["t1"],
        ("TABLE", "DELETE"): ["t1"],
        ("PARTITION", "ADD"): ["t1/a/x", "t1/b/y"],
        ("PARTITION", "DELETE"): ["t1/c/z"],
    }
    assert crawl_events(SCOPE, "d1", done) == [
        of_database("CreateTable", "t1"),
        of_database("BatchDeleteTable", "t1"),
        of_table("UpdateTable"),
        of_table("BatchCreatePartition", "[a, x]", "[b, y]"),
        of_table("BatchDeletePartition", "[c, z]"),
    ]
