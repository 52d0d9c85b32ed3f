"""Crawlers: definitions, and crawls that turn S3 keys into tables and partitions."""

from __future__ import annotations

import gzip
import io
import json
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from botocore.exceptions import ClientError
from service.glue.support import BUCKET, ROLE, Stage, client, wait_for

from local_service.crawlers import define_crawler
from local_service.crawls.crawl import Changes, Crawl
from local_service.store import Scope, Store

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client

LISTENS = pa.table(
    {
        "user_id": [1, 2],
        "track_id": ["a", "b"],
        "at": pa.array([1, 2], pa.timestamp("us")),
        "share": [0.5, 1.5],
    }
)


def parquet(table: Any = LISTENS) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


class Lake:
    """A prefix of the bucket, a database and a crawler over that prefix."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.glue, self.s3 = stage.aws("glue"), stage.aws("s3")
        self.name = f"lake_{uuid.uuid4().hex[:12]}"

    def put(self, key: str, body: bytes | str) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=f"{self.name}/{key}", Body=body)

    def create(self, *paths: str, **definition: Any) -> None:
        targets = [{"Path": f"s3://{BUCKET}/{self.name}/{path}"} for path in paths or ("",)]
        self.glue.create_crawler(
            **{
                "Name": self.name,
                "Role": ROLE,
                "DatabaseName": self.name,
                "Targets": {"S3Targets": targets},
                **definition,
            }
        )

    def crawl(self) -> dict[str, Any]:
        """Run the crawler; give its last crawl."""
        self.glue.start_crawler(Name=self.name)

        def look() -> dict[str, Any] | None:
            crawler: dict[str, Any] = self.glue.get_crawler(Name=self.name)["Crawler"]
            return crawler if crawler["State"] == "READY" else None

        last: dict[str, Any] = wait_for("the crawl's end", look)["LastCrawl"]
        return last

    def tables(self) -> dict[str, Any]:
        found = self.glue.get_tables(DatabaseName=self.name)["TableList"]
        return {table["Name"]: table for table in found}

    def columns(self, table: str) -> dict[str, str]:
        found = self.tables()[table]["StorageDescriptor"]["Columns"]
        return {column["Name"]: column["Type"] for column in found}

    def partitions(self, table: str) -> list[list[str]]:
        found = self.glue.get_partitions(DatabaseName=self.name, TableName=table)["Partitions"]
        return [partition["Values"] for partition in found]


@pytest.fixture
def lake(stage: Stage) -> Lake:
    return Lake(stage)


def test_parquet_by_date_becomes_a_partitioned_table(lake: Lake) -> None:
    for day in ("2024-06-25", "2024-06-26"):
        lake.put(f"curated/listens/listen_date={day}/part-0.parquet", parquet())
    lake.put("curated/listens/_SUCCESS", "x")
    lake.create("curated/listens/")
    last = lake.crawl()
    assert last["Status"] == "SUCCEEDED"
    assert (last["LogGroup"], last["LogStream"]) == ("/aws-glue/crawlers", lake.name)
    table = lake.tables()["listens"]
    assert table["PartitionKeys"] == [{"Name": "listen_date", "Type": "string"}]
    assert lake.columns("listens") == {
        "user_id": "bigint",
        "track_id": "string",
        "at": "timestamp",
        "share": "double",
    }
    assert lake.partitions("listens") == [["2024-06-25"], ["2024-06-26"]]
    assert table["StorageDescriptor"]["Location"] == f"s3://{BUCKET}/{lake.name}/curated/listens/"
    assert table["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"].endswith("ParquetHiveSerDe")
    assert table["Parameters"]["classification"] == "parquet"
    assert table["Parameters"]["UPDATED_BY_CRAWLER"] == lake.name
    assert table["TableType"] == "EXTERNAL_TABLE"


def test_each_folder_of_its_own_schema_becomes_a_table(lake: Lake) -> None:
    lake.put(
        "output/Tracks/report_date=2024-06-25/part-0.json",
        '{"track_id":"a","n":1}\n{"track_id":"b","n":3000000000}',
    )
    lake.put("output/Top/listen_date=2024-06-25/part-0.json", '{"top":[{"rank":1,"name":"x"}]}\n')
    lake.create("output/", TablePrefix="kpi_")
    lake.crawl()
    assert set(lake.tables()) == {"kpi_tracks", "kpi_top"}
    assert lake.columns("kpi_tracks") == {"track_id": "string", "n": "bigint"}
    assert lake.columns("kpi_top") == {"top": "array<struct<rank:int,name:string>>"}
    assert lake.partitions("kpi_tracks") == [["2024-06-25"]]
    assert lake.tables()["kpi_top"]["StorageDescriptor"]["SerdeInfo"] == {
        "SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe",
        "Parameters": {"paths": "top"},
    }


def test_the_table_level_decides_even_for_equal_schemas(lake: Lake) -> None:
    for folder in ("one", "two"):
        lake.put(f"output/{folder}/x.json", '{"a":1}\n')
    lake.create("output/", Configuration=json.dumps({"Grouping": {"TableLevelConfiguration": 4}}))
    lake.crawl()
    assert set(lake.tables()) == {"one", "two"}


def test_folders_of_one_schema_are_partitions_of_one_table(lake: Lake) -> None:
    for day in ("01", "02"):
        lake.put(f"plain/{day}/x.json", '{"a":1}\n')
    lake.create("plain/")
    lake.crawl()
    assert lake.tables()["plain"]["PartitionKeys"] == [{"Name": "partition_0", "Type": "string"}]
    assert lake.partitions("plain") == [["01"], ["02"]]


def test_csv_has_its_header_read_also_when_compressed(lake: Lake) -> None:
    text = 'user_id,"Track Name",score\n1,"a, b",1.5\n2,"say ""hi""",2\n'
    lake.put("csv/plain/x.csv", text)
    lake.put("csv/packed/x.csv.gz", gzip.compress(text.encode()))
    lake.create("csv/", Configuration=json.dumps({"Grouping": {"TableLevelConfiguration": 4}}))
    lake.crawl()
    for table in ("plain", "packed"):
        assert lake.columns(table) == {"user_id": "bigint", "track name": "string", "score": "double"}
        assert lake.tables()[table]["Parameters"]["skip.header.line.count"] == "1"
    assert lake.tables()["packed"]["Parameters"]["compressionType"] == "gzip"


def test_a_second_crawl_adds_what_is_new_and_updates_what_changed(lake: Lake) -> None:
    lake.put("t/day=1/a.json", '{"a":1}\n')
    lake.create("t/")
    lake.crawl()
    lake.crawl()
    metrics = lake.glue.get_crawler_metrics(CrawlerNameList=[lake.name])["CrawlerMetricsList"][0]
    assert (metrics["TablesCreated"], metrics["TablesUpdated"]) == (0, 0)
    lake.put("t/day=2/a.json", '{"a":2.5,"b":"new"}\n')
    lake.crawl()
    assert lake.columns("t") == {"a": "double", "b": "string"}
    assert lake.partitions("t") == [["1"], ["2"]]
    metrics = lake.glue.get_crawler_metrics(CrawlerNameList=[lake.name])["CrawlerMetricsList"][0]
    assert (metrics["TablesCreated"], metrics["TablesUpdated"], metrics["TablesDeleted"]) == (0, 1, 0)
    assert metrics["LastRuntimeSeconds"] > 0
    assert metrics["MedianRuntimeSeconds"] > 0


def test_exclusions_hide_objects(lake: Lake) -> None:
    lake.put("t/a.json", '{"a":1}\n')
    lake.put("t/tmp/b.csv", "x,y\n1,2\n")
    path = f"s3://{BUCKET}/{lake.name}/t"
    lake.create(Targets={"S3Targets": [{"Path": path, "Exclusions": ["tmp/**"]}]})
    lake.crawl()
    assert lake.tables()["t"]["Parameters"]["objectCount"] == "1"


def test_an_empty_folder_makes_no_table_and_says_so(lake: Lake, stage: Stage) -> None:
    lake.create("nothing/")
    last = lake.crawl()
    assert last["Status"] == "SUCCEEDED"
    assert lake.tables() == {}
    events = stage.aws("logs").get_log_events(
        logGroupName="/aws-glue/crawlers", logStreamName=lake.name, startFromHead=True
    )["events"]
    messages = [event["message"] for event in events]
    assert f"[{last['MessagePrefix']}] INFO : No data found at s3://{BUCKET}/{lake.name}/nothing/" in messages


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        ({"Targets": {"S3Targets": [{"Path": "s3://no-such-bucket-at-all/"}]}}, "can't be read: An error"),
        ({"Targets": {"JdbcTargets": [{"ConnectionName": "c", "Path": "p"}]}}, "crawls S3Targets only"),
        ({"Role": "arn:aws:iam::000000000000:role/"}, "should be given assume role permissions"),
    ],
)
def test_a_crawl_that_cannot_be_done_failed_with_the_reason(
    lake: Lake, definition: dict[str, Any], reason: str
) -> None:
    lake.create(**definition)
    last = lake.crawl()
    assert last["Status"] == "FAILED"
    assert reason in last["ErrorMessage"]


def test_definitions_are_completed_changed_and_deleted(glue: GlueClient, lake: Lake) -> None:
    lake.create("t/", Tags={"a": lake.name})
    found = glue.get_crawler(Name=lake.name)["Crawler"]
    assert (found["State"], found["Version"]) == ("READY", 1)
    assert found["SchemaChangePolicy"] == {
        "UpdateBehavior": "UPDATE_IN_DATABASE",
        "DeleteBehavior": "DEPRECATE_IN_DATABASE",
    }
    assert glue.list_crawlers(Tags={"a": lake.name})["CrawlerNames"] == [lake.name]
    assert lake.name in [crawler["Name"] for crawler in glue.get_crawlers()["Crawlers"]]
    glue.update_crawler(Name=lake.name, Description="new", Schedule="cron(0 1 * * ? *)")
    found = glue.get_crawler(Name=lake.name)["Crawler"]
    assert (found["Description"], found["Version"], found["Role"]) == ("new", 2, ROLE)
    assert found["Schedule"] == {"ScheduleExpression": "cron(0 1 * * ? *)", "State": "SCHEDULED"}
    with pytest.raises(glue.exceptions.AlreadyExistsException):
        lake.create("t/")
    glue.delete_crawler(Name=lake.name)
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.get_crawler(Name=lake.name)


def test_a_crawler_runs_once_at_a_time_and_can_be_stopped(glue: GlueClient, s3: S3Client, lake: Lake) -> None:
    for number in range(300):
        lake.put(f"t{number}/x.json", f'{{"a{number}":1}}\n')
    lake.create("")
    with pytest.raises(ClientError, match="CrawlerNotRunningException"):
        glue.stop_crawler(Name=lake.name)
    glue.start_crawler(Name=lake.name)
    for call in (glue.start_crawler, glue.delete_crawler, glue.update_crawler):
        with pytest.raises(ClientError, match="CrawlerRunningException"):
            call(Name=lake.name)
    glue.stop_crawler(Name=lake.name)

    def look() -> dict[str, Any] | None:
        crawler: Any = glue.get_crawler(Name=lake.name)["Crawler"]
        return crawler if crawler["State"] == "READY" else None

    assert wait_for("the crawl's end", look)["LastCrawl"]["Status"] == "CANCELLED"


KEEP_ALL = {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}


def test_tables_whose_data_is_gone_are_marked_and_come_back(lake: Lake) -> None:
    for table in ("a", "b"):
        lake.put(f"{table}/x.json", json.dumps({table: 1}) + "\n")
    lake.create("a/", "b/")
    lake.crawl()
    lake.s3.delete_object(Bucket=BUCKET, Key=f"{lake.name}/b/x.json")
    lake.crawl()
    assert "DEPRECATED_BY_CRAWLER" in lake.tables()["b"]["Parameters"]
    assert "DEPRECATED_BY_CRAWLER" not in lake.tables()["a"]["Parameters"]
    lake.crawl()
    assert lake.tables()["b"]["VersionId"] == "1"  # marked once
    lake.put("b/x.json", '{"b":1}\n')
    lake.crawl()
    assert "DEPRECATED_BY_CRAWLER" not in lake.tables()["b"]["Parameters"]


@pytest.mark.parametrize(
    ("behavior", "left"), [("DELETE_FROM_DATABASE", {"a", "own"}), ("LOG", {"a", "b", "own"})]
)
def test_the_delete_behavior_decides_about_tables_and_partitions(
    lake: Lake, behavior: str, left: set[str]
) -> None:
    for key in ("a/day=1", "a/day=2", "b"):
        lake.put(f"{key}/x.json", json.dumps({key[0]: 1}) + "\n")
    lake.create("", SchemaChangePolicy={**KEEP_ALL, "DeleteBehavior": behavior})
    lake.crawl()
    lake.glue.create_table(DatabaseName=lake.name, TableInput={"Name": "own"})  # no crawler's
    for key in ("a/day=1", "b"):
        lake.s3.delete_object(Bucket=BUCKET, Key=f"{lake.name}/{key}/x.json")
    lake.crawl()
    assert set(lake.tables()) == left
    is_deleted = behavior != "LOG"
    assert lake.partitions("a") == ([["2"]] if is_deleted else [["1"], ["2"]])
    metrics = lake.glue.get_crawler_metrics(CrawlerNameList=[lake.name])["CrawlerMetricsList"][0]
    assert metrics["TablesDeleted"] == int(is_deleted)


def test_a_schema_change_is_only_logged_when_the_policy_says_so(lake: Lake) -> None:
    lake.put("t/day=1/x.json", '{"a":1}\n')
    lake.create("t/", SchemaChangePolicy=KEEP_ALL)
    lake.crawl()
    lake.put("t/day=2/x.json", '{"a":1,"b":2}\n')
    lake.crawl()
    assert lake.columns("t") == {"a": "int"}
    assert lake.partitions("t") == [["1"], ["2"]]


def test_an_update_keeps_what_people_wrote(lake: Lake) -> None:
    lake.put("t/x.json", '{"a":1,"b":1}\n')
    lake.create("t/")
    lake.crawl()
    table = lake.tables()["t"]
    table["StorageDescriptor"]["Columns"][0]["Comment"] = "a comment"
    changed = {
        "Name": "t",
        "Description": "ours",
        "StorageDescriptor": table["StorageDescriptor"],
        "Parameters": {**table["Parameters"], "owner": "us"},
    }
    lake.glue.update_table(DatabaseName=lake.name, TableInput=changed)
    lake.put("t/x.json", '{"a":1,"c":1}\n')
    lake.crawl()
    table = lake.tables()["t"]
    assert (table["Description"], table["Parameters"]["owner"]) == ("ours", "us")
    assert table["StorageDescriptor"]["Columns"] == [
        {"Name": "a", "Type": "int", "Comment": "a comment"},
        {"Name": "c", "Type": "int"},
    ]


def test_new_columns_are_merged_on_request(lake: Lake) -> None:
    output = {"CrawlerOutput": {"Tables": {"AddOrUpdateBehavior": "MergeNewColumns"}}}
    lake.put("t/x.json", '{"a":1,"b":1}\n')
    lake.create("t/", Configuration=json.dumps(output))
    lake.crawl()
    lake.put("t/x.json", '{"a":1,"c":1}\n')
    lake.crawl()
    assert lake.columns("t") == {"a": "int", "b": "int", "c": "int"}


def test_only_new_folders_are_crawled_on_request(lake: Lake) -> None:
    recrawl = {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"}
    with pytest.raises(ClientError, match="can have only LOG DeleteBehavior value"):
        lake.create("t/", RecrawlPolicy=recrawl)
    lake.put("t/day=1/x.json", '{"a":1}\n')
    lake.create("t/", RecrawlPolicy=recrawl, SchemaChangePolicy=KEEP_ALL)
    lake.crawl()
    first = lake.glue.get_partitions(DatabaseName=lake.name, TableName="t")["Partitions"]
    lake.put("t/day=1/y.json", '{"a":1}\n')
    lake.put("t/day=2/x.json", '{"a":1}\n')
    lake.crawl()
    found = lake.glue.get_partitions(DatabaseName=lake.name, TableName="t")["Partitions"]
    assert found[:1] == first
    assert [one["Values"] for one in found] == [["1"], ["2"]]


def test_of_old_folders_not_even_a_file_is_read_when_only_new_ones_are_crawled(
    stage: Stage, tmp_path: Path
) -> None:
    lake = Lake(stage)
    store, scope = Store(tmp_path / "glue.sqlite3"), Scope("000000000000", "us-east-1")
    read: list[str] = []
    s3 = client(stage.url, "s3")  # of this test alone, as it counts what is read
    s3.meta.events.register(
        "provide-client-params.s3.GetObject", lambda params, **_: read.append(params["Key"].split("/", 1)[1])
    )

    def crawl(behavior: str) -> tuple[list[str], dict[tuple[str, str], list[str]]]:
        crawler = define_crawler(
            {
                "Name": lake.name,
                "DatabaseName": lake.name,
                "Targets": {"S3Targets": [{"Path": f"s3://{BUCKET}/{lake.name}/t/"}]},
                "RecrawlPolicy": {"RecrawlBehavior": behavior},
                "SchemaChangePolicy": KEEP_ALL,
            }
        )
        read.clear()
        changes = Changes()
        Crawl(store, scope, crawler, s3, changes, lambda: None).run()
        return sorted(set(read)), changes.done

    days = [f"t/day={day}/x.json" for day in range(4)]
    for key in days[:3]:
        lake.put(key, '{"a":1}\n')
    read_first, done = crawl("CRAWL_NEW_FOLDERS_ONLY")
    assert (read_first, done["TABLE", "ADD"]) == (days[:3], ["t"])
    assert crawl("CRAWL_NEW_FOLDERS_ONLY") == ([], {})
    lake.put(days[3], '{"a":1}\n')
    lake.put("t/day=0/y.json", '{"a":1}\n')
    assert crawl("CRAWL_NEW_FOLDERS_ONLY") == (days[3:], {("PARTITION", "ADD"): ["t/3"]})
    assert len(crawl("CRAWL_EVERYTHING")[0]) == 5
    store.close()


def test_a_crawler_of_new_folders_takes_new_columns_when_it_crawls_everything_once(lake: Lake) -> None:
    new_only = {
        "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"},
        "SchemaChangePolicy": KEEP_ALL,
    }
    lake.put("t/day=1/x.json", '{"a":1}\n')
    lake.create("t/", **new_only)
    lake.crawl()
    for day in (1, 2):
        lake.put(f"t/day={day}/x.json", '{"a":1,"b":1}\n')
    lake.crawl()
    assert (lake.columns("t"), lake.partitions("t")) == ({"a": "int"}, [["1"], ["2"]])
    lake.glue.update_crawler(
        Name=lake.name,
        RecrawlPolicy={"RecrawlBehavior": "CRAWL_EVERYTHING"},
        SchemaChangePolicy={"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"},
    )
    lake.crawl()
    lake.glue.update_crawler(Name=lake.name, **new_only)
    lake.crawl()
    assert lake.columns("t") == {"a": "int", "b": "int"}
    found = lake.glue.get_partitions(DatabaseName=lake.name, TableName="t")["Partitions"]
    assert [len(one["StorageDescriptor"]["Columns"]) for one in found] == [2, 2]


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ({"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVENT_MODE"}}, "CRAWL_EVENT_MODE is not built"),
        ({"Classifiers": ["mine"]}, "has no custom classifiers, found mine"),
        ({"Schedule": "rate(5 minutes)"}, "Invalid cron expression: rate"),
        ({"Configuration": "[]"}, "Configuration is not the JSON of a crawler"),
        ({"Targets": {}}, "At least one crawler target"),
        ({"Targets": {"S3Targets": [{"Path": "/data/x"}]}}, "must be s3://"),
    ],
)
def test_what_is_not_built_is_refused_at_once(lake: Lake, definition: dict[str, Any], message: str) -> None:
    with pytest.raises(ClientError, match="InvalidInputException") as caught:
        lake.create("t/", **definition)
    assert message in str(caught.value)


def test_the_history_of_crawls_is_kept_and_filtered(glue: GlueClient, lake: Lake) -> None:
    lake.put("t/day=1/x.json", '{"a":1}\n')
    lake.create("t/")
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.list_crawls(CrawlerName="none")
    assert glue.list_crawls(CrawlerName=lake.name)["Crawls"] == []
    first, second = lake.crawl(), lake.crawl()
    glue.update_crawler(Name=lake.name, Targets={"S3Targets": [{"Path": "s3://no-such-bucket-at-all/"}]})
    failed = lake.crawl()
    ids = [last["MessagePrefix"] for last in (failed, second, first)]

    def crawls(*filters: Any, **more: Any) -> list[str]:
        found = glue.list_crawls(CrawlerName=lake.name, Filters=filters, **more)["Crawls"]
        return [crawl["CrawlId"] for crawl in found]

    def one(field: str, operator: str, value: object) -> dict[str, str]:
        return {"FieldName": field, "FilterOperator": operator, "FieldValue": str(value)}

    page = glue.list_crawls(CrawlerName=lake.name, MaxResults=2)
    assert [crawl["CrawlId"] for crawl in page["Crawls"]] == ids[:2]
    assert crawls(NextToken=page["NextToken"]) == ids[2:]
    assert page["Crawls"][0]["State"] == "FAILED"
    assert page["Crawls"][0]["ErrorMessage"] == failed["ErrorMessage"]
    last = glue.list_crawls(CrawlerName=lake.name)["Crawls"][2]
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
    glue.delete_crawler(Name=lake.name)
    lake.create("t/")
    assert crawls() == []


def test_a_batch_of_crawlers_tells_what_is_missing(glue: GlueClient, lake: Lake) -> None:
    lake.create("t/")
    answer = glue.batch_get_crawlers(CrawlerNames=[lake.name, "none"])
    assert [found["Name"] for found in answer["Crawlers"]] == [lake.name]
    assert answer["CrawlersNotFound"] == ["none"]


def test_a_schedule_is_stopped_started_changed_and_taken_away(glue: GlueClient, lake: Lake) -> None:
    lake.create("t/")
    name, every_day = lake.name, "cron(0 1 * * ? *)"

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
