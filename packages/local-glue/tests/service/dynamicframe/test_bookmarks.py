"""Job bookmarks as scripts and the Glue API see them."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import boto3
import pytest
from glue_service.aws import ROLE, refusal
from glue_service.glue_scripts import ScriptRunner
from glue_service.service import GlueService
from glue_service.waiting import wait_for

from local_glue.dynamicframe.bookmarks.service import BookmarkService

HEAD = """\
import sys
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job

args = getResolvedOptions(sys.argv, ["JOB_NAME", "source"])
glueContext = GlueContext(SparkContext())
job = Job(glueContext)
job.init(args["JOB_NAME"], args)
"""
FILES = """
frame = glueContext.create_dynamic_frame.from_options(
    connection_type="s3",
    connection_options={"paths": [args["source"]], "recurse": True},
    format="json",
    transformation_ctx="source",
)
print(sorted(row["n"] for row in frame.toDF().collect()))
if 13 in [row["n"] for row in frame.toDF().collect()]:
    raise ValueError("thirteen")
job.commit()
"""


class BookmarkedJob:
    """A job with bookmarks, run in the warm session."""

    def __init__(self, scripts: ScriptRunner, body: str) -> None:
        self.name = f"bookmarked-{uuid.uuid4().hex[:8]}"
        self.source = f"s3://bookmarks/{self.name}/"
        self._scripts = scripts
        self._script = HEAD + body
        self._runs = 0

    def put(self, **files: str) -> None:
        self._scripts.upload({f"{self.source}{name}.json": text for name, text in files.items()})

    def run(self, option: str = "enable", *more: str) -> str:
        self._runs += 1
        result = self._scripts.run(
            self._script,
            *("--JOB_NAME", self.name, "--source", self.source, "--JOB_RUN_ID", f"jr_{self._runs}"),
            *("--job-bookmark-option", f"job-bookmark-{option}", *more),
        )
        return result.error or result.output.strip()


@pytest.fixture
def glue(service: GlueService) -> Any:
    return service.aws("glue")


def test_a_run_reads_what_no_saved_run_has_read(scripts: ScriptRunner, glue: Any) -> None:
    job = BookmarkedJob(scripts, FILES)
    job.put(a='{"n": 1}', b='{"n": 2}')
    assert job.run() == "[1, 2]"
    job.put(c='{"n": 13}')
    assert job.run() == "ValueError: thirteen"
    job.put(c='{"n": 3}')
    assert job.run() == "[3]"
    job.put(a='{"n": 4}')
    assert job.run("disable") == "[2, 3, 4]"
    assert job.run("pause") == "[4]"
    assert job.run() == "[4]"
    entry = glue.get_job_bookmark(JobName=job.name)["JobBookmarkEntry"]
    assert (entry["Run"], entry["RunId"], entry["PreviousRunId"]) == (4, "jr_6", "jr_3")
    assert json.loads(entry["JobBookmark"])["source"]["timestamps"]["RUN"] == "3"
    glue.reset_job_bookmark(JobName=job.name, RunId="jr_1")
    assert job.run() == "[3, 4]"
    glue.reset_job_bookmark(JobName=job.name)
    assert job.run() == "[2, 3, 4]"


def test_a_table_of_the_catalog_is_read_once(scripts: ScriptRunner, glue: Any) -> None:
    job = BookmarkedJob(
        scripts,
        """
database, table = args["source"].split("/")[3], "rows"
frame = glueContext.create_dynamic_frame.from_catalog(
    database=database, table_name=table, transformation_ctx="rows"
)
print(sorted((row["n"], row["day"]) for row in frame.toDF().collect()))
job.commit()
""",
    )
    glue.create_database(DatabaseInput={"Name": job.name})
    storage = {"Columns": [{"Name": "n", "Type": "int"}], "Location": job.source}
    keys = [{"Name": "day", "Type": "string"}]
    glue.create_table(
        DatabaseName=job.name,
        TableInput={
            "Name": "rows",
            "StorageDescriptor": storage,
            "PartitionKeys": keys,
            "Parameters": {"classification": "json"},
        },
    )
    for day in ("1", "2"):
        job.put(**{f"day={day}/a": f'{{"n": {day}}}'})
        partition = {"Values": [day], "StorageDescriptor": {**storage, "Location": f"{job.source}day={day}/"}}
        glue.create_partition(DatabaseName=job.name, TableName="rows", PartitionInput=partition)
        assert job.run() == f"[({day}, '{day}')]"


def test_rows_of_a_database_are_read_by_their_keys(scripts: ScriptRunner) -> None:
    job = BookmarkedJob(
        scripts,
        """
from awsglue.dynamicframe import DynamicFrame
options = {
    "url": "jdbc:derby:memory:bookmarks;create=true",
    "customJdbcDriverClassName": "org.apache.derby.jdbc.EmbeddedDriver",
    "dbtable": args["source"].split("/")[3].replace("-", "_"),
}
spark = glueContext.spark_session
def add(*numbers):
    df = spark.createDataFrame([(n // 10, n) for n in numbers], "GROUPS int, ID int")
    glueContext.write_dynamic_frame.from_options(
        DynamicFrame.fromDF(df, glueContext, "more"), "custom.jdbc", options
    )
if int(args["JOB_RUN_ID"][3:]) in (1, 3):
    add(*{1: (11, 12), 3: (13, 21)}[int(args["JOB_RUN_ID"][3:])])
frame = glueContext.create_dynamic_frame.from_options(
    "custom.jdbc", {**options, "jobBookmarkKeys": ["GROUPS", "ID"]}, transformation_ctx="rows"
)
print(sorted(row["ID"] for row in frame.toDF().collect()))
job.commit()
""",
    )
    assert [job.run(), job.run(), job.run()] == ["[11, 12]", "[]", "[13, 21]"]


def test_what_is_there_when_a_bookmark_is_set_is_not_read(
    scripts: ScriptRunner, service: GlueService, glue: Any
) -> None:
    job = BookmarkedJob(scripts, FILES)
    glue.create_job(
        Name=job.name,
        Role=ROLE,
        Command={"Name": "glueetl", "ScriptLocation": "s3://b/s.py"},
        GlueVersion="5.0",
    )
    job.put(a='{"n": 1}')
    session = boto3.Session("test", "test", region_name="us-east-1")
    answer = BookmarkService(session, service.url).ask({"JobName": job.name, "Action": "set"})
    wait_for("the next second", lambda: time.time() * 1000 > answer["ReadUntil"] or None)
    job.put(b='{"n": 2}')
    assert job.run() == "[2]"
    assert job.run() == "[]"


def test_a_deleted_job_leaves_no_bookmark(scripts: ScriptRunner, glue: Any) -> None:
    job = BookmarkedJob(scripts, "job.commit()\n")
    assert job.run() == ""
    assert glue.get_job_bookmark(JobName=job.name)["JobBookmarkEntry"]["RunId"] == "jr_1"
    glue.delete_job(JobName=job.name)
    code, message = refusal(glue.get_job_bookmark, JobName=job.name)
    assert (code, message) == ("EntityNotFoundException", f"Continuation for job {job.name} not found")


def test_a_run_of_the_service_keeps_its_bookmark(service: GlueService, glue: Any) -> None:
    source = f"s3://glue-service-tests/bookmarks/{uuid.uuid4().hex}/"
    bucket, _, prefix = source.removeprefix("s3://").partition("/")
    service.aws("s3").put_object(Bucket=bucket, Key=f"{prefix}a.json", Body=b'{"n": 1}')
    job = service.job(
        HEAD + FILES,
        command="glueetl",
        GlueVersion="5.0",
        DefaultArguments={"--job-bookmark-option": "job-bookmark-enable", "--source": source},
    )
    runs = [service.finish(job) for _ in range(2)]
    assert [service.lines(run)[-1] for run in runs] == ["[1]", "[]"], [
        run.get("ErrorMessage") for run in runs
    ]
    assert glue.get_job_bookmark(JobName=job)["JobBookmarkEntry"]["RunId"] == runs[1]["Id"]
