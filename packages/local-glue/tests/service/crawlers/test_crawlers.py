"""Crawler definitions, their schedules and their history."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from glue_service.aws import BUCKET, refusal
from glue_service.crawler_fixture import KEEP_ALL
from glue_service.in_process import client_of

if TYPE_CHECKING:
    from glue_service.crawler_fixture import CrawlerFixture
    from mypy_boto3_glue import GlueClient

    from local_glue.http.app import App


def test_definitions_are_completed_changed_and_deleted(glue: GlueClient, crawled: CrawlerFixture) -> None:
    crawled.create("t/", Tags={"a": crawled.name})
    found = glue.get_crawler(Name=crawled.name)["Crawler"]
    assert (found["State"], found["Version"]) == ("READY", 1)
    assert found["SchemaChangePolicy"] == {
        "UpdateBehavior": "UPDATE_IN_DATABASE",
        "DeleteBehavior": "DEPRECATE_IN_DATABASE",
    }
    assert glue.list_crawlers(Tags={"a": crawled.name})["CrawlerNames"] == [crawled.name]
    assert crawled.name in [crawler["Name"] for crawler in glue.get_crawlers()["Crawlers"]]
    glue.update_crawler(Name=crawled.name, Description="new", Schedule="cron(0 1 * * ? *)")
    found = glue.get_crawler(Name=crawled.name)["Crawler"]
    assert (found["Description"], found["Version"], found["Role"]) == ("new", 2, "glue-service-tests")
    assert found["Schedule"] == {"ScheduleExpression": "cron(0 1 * * ? *)", "State": "SCHEDULED"}
    with pytest.raises(glue.exceptions.AlreadyExistsException):
        crawled.create("t/")
    glue.delete_crawler(Name=crawled.name)
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.get_crawler(Name=crawled.name)


def test_a_crawler_runs_once_at_a_time_and_can_be_stopped(glue: GlueClient, crawled: CrawlerFixture) -> None:
    for number in range(300):
        crawled.put(f"t{number}/x.json", f'{{"a{number}":1}}\n')
    crawled.create("")
    with pytest.raises(ClientError, match="CrawlerNotRunningException"):
        glue.stop_crawler(Name=crawled.name)
    glue.start_crawler(Name=crawled.name)
    for call in (glue.start_crawler, glue.delete_crawler, glue.update_crawler):
        with pytest.raises(ClientError, match="CrawlerRunningException"):
            call(Name=crawled.name)
    (metrics,) = glue.get_crawler_metrics(CrawlerNameList=[crawled.name])["CrawlerMetricsList"]
    assert metrics["StillEstimating"]
    glue.stop_crawler(Name=crawled.name)
    assert crawled.wait()["Status"] == "CANCELLED"


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ({"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVENT_MODE"}}, "CRAWL_EVENT_MODE is not built"),
        ({"Classifiers": ["mine"]}, "has no custom classifiers, found mine"),
        ({"Schedule": "rate(5 minutes)"}, "Invalid cron expression: rate"),
        ({"Configuration": "[]"}, "Configuration is not the JSON of a crawler: it must be an object"),
        ({"Configuration": "{"}, "Configuration is not the JSON of a crawler: Expecting"),
        ({"Configuration": '{"Version":2}'}, "Version must be 1.0, found 2"),
        (
            {"Configuration": '{"Grouping":{"TableGroupingPolicy":"Combine"}}'},
            'Grouping.TableGroupingPolicy must be CombineCompatibleSchemas, found "Combine"',
        ),
        (
            {"Configuration": '{"Grouping":{"TableLevelConfiguration":0}}'},
            "TableLevelConfiguration must be an integer greater than 0, found 0",
        ),
        (
            {"Configuration": '{"CrawlerOutput":{"Tables":{"AddOrUpdateBehavior":"InheritFromTable"}}}'},
            "CrawlerOutput.Tables.AddOrUpdateBehavior must be MergeNewColumns",
        ),
        ({"Configuration": '{"CrawlerOutput":1}'}, "CrawlerOutput must be an object, found 1"),
        (
            {"Configuration": '{"Groups":{}}'},
            "Groups must be one of CrawlerOutput, CreatePartitionIndex, Grouping, Version",
        ),
        (
            {"Targets": {"S3Targets": [{"Path": "s3://b/", "SampleSize": 250}]}},
            "between 1 and 249, found 250",
        ),
        ({"Targets": {"S3Targets": [{"Path": "/data/x"}]}}, "must be s3://"),
    ],
)
def test_what_is_wrong_or_not_built_is_refused_at_once(
    crawled: CrawlerFixture, definition: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match="InvalidInputException") as caught:
        crawled.create("t/", **definition)
    assert message in str(caught.value)


NOT_THERE: dict[str, tuple[Any, str]] = {
    "bucket": (
        {"S3Targets": [{"Path": "s3://no-such-bucket/t/"}]},
        "S3 bucket no-such-bucket does not exist.",
    ),
    "bucket of a Delta table": (
        {"DeltaTargets": [{"DeltaTables": ["s3://no-such-bucket/t/"]}]},
        "S3 bucket no-such-bucket does not exist.",
    ),
    "bucket of Iceberg tables": (
        {"IcebergTargets": [{"Paths": [f"s3://{BUCKET}/t/", "s3://no-such-bucket/t/"]}]},
        "S3 bucket no-such-bucket does not exist.",
    ),
    "DynamoDB table": (
        {"DynamoDBTargets": [{"Path": "no-such-table"}]},
        "DynamoDB table no-such-table does not exist.",
    ),
    "connection": (
        {"JdbcTargets": [{"ConnectionName": "no-such-connection", "Path": "p"}]},
        "Unable to retrieve connection no-such-connection: Connection no-such-connection not found.",
    ),
    "connection of a bucket": (
        {"S3Targets": [{"Path": f"s3://{BUCKET}/t/", "ConnectionName": "no-such-connection"}]},
        "Unable to retrieve connection no-such-connection: Connection no-such-connection not found.",
    ),
}


@pytest.mark.parametrize("what", NOT_THERE)
def test_a_target_that_does_not_exist_is_refused_at_once(crawled: CrawlerFixture, what: str) -> None:
    targets, message = NOT_THERE[what]
    assert refusal(crawled.create, Targets=targets) == ("InvalidInputException", message)
    crawled.create("t/")
    found = refusal(crawled.glue.update_crawler, Name=crawled.name, Targets=targets)
    assert found == ("InvalidInputException", message)
    assert crawled.glue.get_crawler(Name=crawled.name)["Crawler"]["Version"] == 1


def test_a_table_of_the_catalog_that_does_not_exist_is_refused_at_once(crawled: CrawlerFixture) -> None:
    crawled.glue.create_database(DatabaseInput={"Name": crawled.name})
    targets = {"CatalogTargets": [{"DatabaseName": crawled.name, "Tables": ["none"]}]}
    found = refusal(crawled.create, Targets=targets, SchemaChangePolicy=KEEP_ALL)
    assert found == ("EntityNotFoundException", "Table none not found.")


def test_a_role_that_glue_cannot_assume_is_refused_at_once(crawled: CrawlerFixture) -> None:
    role = "arn:aws:iam::000000000000:role/no-such-role"
    refused = [refusal(crawled.create, Role=role)]
    crawled.create("t/")
    refused.append(refusal(crawled.glue.update_crawler, Name=crawled.name, Role=role))
    for code, message in refused:
        assert code == "InvalidInputException"
        assert message.startswith(
            f"Service is unable to assume provided role. Please verify role's TrustPolicy. (Role {role} "
        )


def test_the_history_of_crawls_is_kept_and_filtered(glue: GlueClient, crawled: CrawlerFixture) -> None:
    crawled.put("t/day=1/x.json", '{"a":1}\n')
    crawled.create("t/")
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.list_crawls(CrawlerName="none")
    assert glue.list_crawls(CrawlerName=crawled.name)["Crawls"] == []
    first, second = crawled.crawl(), crawled.crawl()
    with crawled.bucket_that_goes() as gone:
        glue.update_crawler(Name=crawled.name, Targets={"S3Targets": [{"Path": gone}]})
    failed = crawled.crawl()
    ids = [last["MessagePrefix"] for last in (failed, second, first)]

    def crawls(*filters: Any, **more: Any) -> list[str]:
        found = glue.list_crawls(CrawlerName=crawled.name, Filters=filters, **more)["Crawls"]
        return [crawl["CrawlId"] for crawl in found]

    def one(field: str, operator: str, value: object) -> dict[str, str]:
        return {"FieldName": field, "FilterOperator": operator, "FieldValue": str(value)}

    page = glue.list_crawls(CrawlerName=crawled.name, MaxResults=2)
    assert [crawl["CrawlId"] for crawl in page["Crawls"]] == ids[:2]
    assert crawls(NextToken=page["NextToken"]) == ids[2:]
    assert page["Crawls"][0]["State"] == "FAILED"
    assert page["Crawls"][0]["ErrorMessage"] == failed["ErrorMessage"]
    last = glue.list_crawls(CrawlerName=crawled.name)["Crawls"][2]
    assert last["State"] == "COMPLETED"
    assert last["EndTime"] > last["StartTime"]
    assert json.loads(last["Summary"])["TABLE"]["ADD"] == {"Count": 1, "Details": {"names": ["t"]}}
    assert crawls(one("STATE", "EQ", "FAILED")) == ids[:1]
    assert crawls(one("STATE", "NE", "FAILED"), one("CRAWL_ID", "EQ", ids[2])) == ids[2:]
    moment = int(page["Crawls"][1]["StartTime"].timestamp() * 1000)
    assert crawls(one("START_TIME", "GT", moment + 1)) == ids[:1]
    assert crawls(one("START_TIME", "LT", moment)) == ids[2:]
    assert crawls(one("DPU_HOUR", "LE", 0)) == ids
    for wrong in (one("START_TIME", "GT", "noon"), one("STATE", "GT", "FAILED")):
        with pytest.raises(ClientError, match="InvalidInputException"):
            crawls(wrong)
    glue.delete_crawler(Name=crawled.name)
    crawled.create("t/")
    assert crawls() == []


def test_a_batch_of_crawlers_tells_what_is_missing(glue: GlueClient, crawled: CrawlerFixture) -> None:
    crawled.create("t/")
    answer = glue.batch_get_crawlers(CrawlerNames=[crawled.name, "none"])
    assert [found["Name"] for found in answer["Crawlers"]] == [crawled.name]
    assert answer["CrawlersNotFound"] == ["none"]


def test_a_schedule_is_stopped_started_changed_and_taken_away(
    glue: GlueClient, crawled: CrawlerFixture
) -> None:
    crawled.create("t/")
    name, every_day = crawled.name, "cron(0 1 * * ? *)"

    def schedule() -> Any:
        return glue.get_crawler(Name=name)["Crawler"].get("Schedule")

    with pytest.raises(glue.exceptions.NoScheduleException):
        glue.start_crawler_schedule(CrawlerName=name)
    with pytest.raises(glue.exceptions.SchedulerNotRunningException):
        glue.stop_crawler_schedule(CrawlerName=name)
    glue.update_crawler_schedule(CrawlerName=name, Schedule=every_day)
    assert schedule() == {"ScheduleExpression": every_day, "State": "SCHEDULED"}
    with pytest.raises(glue.exceptions.SchedulerRunningException):
        glue.start_crawler_schedule(CrawlerName=name)
    glue.stop_crawler_schedule(CrawlerName=name)
    assert schedule()["State"] == "NOT_SCHEDULED"
    glue.start_crawler_schedule(CrawlerName=name)
    assert schedule()["State"] == "SCHEDULED"
    with pytest.raises(glue.exceptions.InvalidInputException):
        glue.update_crawler_schedule(CrawlerName=name, Schedule="every day")
    glue.update_crawler_schedule(CrawlerName=name)
    assert schedule() is None
    for call in (glue.start_crawler_schedule, glue.stop_crawler_schedule, glue.update_crawler_schedule):
        with pytest.raises(glue.exceptions.EntityNotFoundException):
            call(CrawlerName="none")


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("arn:aws:iam::000000000000:role/service-role/crawls", "service-role/crawls"),
        ("service-role/crawls", "service-role/crawls"),
        ("crawls", "crawls"),
    ],
)
def test_a_role_is_shown_by_its_path_and_name(app: App, role: str, shown: str) -> None:
    glue = client_of(app)
    glue.create_crawler(Name="c", Role=role, Targets={"S3Targets": [{"Path": "s3://b/"}]})
    assert glue.get_crawler(Name="c")["Crawler"]["Role"] == shown
    assert glue.batch_get_crawlers(CrawlerNames=["c"])["Crawlers"][0]["Role"] == shown


def test_a_new_crawler_has_all_that_aws_fills_in(crawled: CrawlerFixture) -> None:
    crawled.create("t/")
    found = crawled.glue.get_crawler(Name=crawled.name)["Crawler"]
    assert found.pop("CreationTime") == found.pop("LastUpdated")
    none: dict[str, list[Any]] = {
        f"{kind}Targets": []
        for kind in ("Jdbc", "MongoDB", "DynamoDB", "Catalog", "Delta", "Iceberg", "Hudi")
    }
    assert found == {
        "Name": crawled.name,
        "Role": "glue-service-tests",
        "Targets": {"S3Targets": [{"Path": f"{crawled.url}/t/", "Exclusions": []}], **none},
        "DatabaseName": crawled.name,
        "Classifiers": [],
        "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
        "SchemaChangePolicy": {
            "UpdateBehavior": "UPDATE_IN_DATABASE",
            "DeleteBehavior": "DEPRECATE_IN_DATABASE",
        },
        "LineageConfiguration": {"CrawlerLineageSettings": "DISABLE"},
        "State": "READY",
        "CrawlElapsedTime": 0,
        "Version": 1,
        "LakeFormationConfiguration": {"UseLakeFormationCredentials": False, "AccountId": ""},
    }
