"""Scripts as AWS's console writes them: GlueContext and Job around plain Spark."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from glue_service.support import BUCKET, ROLE, Stage
from service.runs.test_warm_start import wait_for_a_warm_driver

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

HEAD = """\
import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.job import Job

## @params: [JOB_NAME]
args = getResolvedOptions(sys.argv, ["JOB_NAME", "target"])

sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
logger = glueContext.get_logger()
job = Job(glueContext)
job.init(args["JOB_NAME"], args)
"""
LISTENS = """\
logger.info("rows go to " + args["target"])
listens = spark.createDataFrame([("pop", 3), ("rock", 1), ("pop", 2)], ["genre", "listens"])
totals = listens.groupBy("genre").sum("listens").withColumnRenamed("sum(listens)", "listens")
totals.coalesce(1).write.mode("overwrite").json(args["target"])
listens.createOrReplaceTempView("listens")
glueContext.cacheTable("listens")
print(glueContext.sql("select count(*) from listens").first()[0], "rows", job.isInitialized())
logger.warn("that was all")
job.commit()
"""
NOT_HERE = """\
calls = [
    lambda: glueContext.getSource("kinesis", streamName="s"),
    lambda: glueContext.create_data_frame.from_options("kafka", {"topicName": "t"}),
    lambda: glueContext.getSink("marketplace.spark", path="s3://b/"),
    lambda: glueContext.start_transaction(False),
]
for call in calls:
    try:
        print("WORKED", call())
    except NotImplementedError as error:
        print(error)
glueContext.start_transaction(False)
"""
READ = 'read with Spark itself, as in spark.read.parquet("s3://bucket/"), then DynamicFrame.fromDF'
WRITE = 'write with Spark itself, as in frame.toDF().write.mode("append").parquet("s3://bucket/prefix/")'
# What the console fills in for a new Spark job.
CONSOLE_ARGUMENTS = {
    "--enable-metrics": "true",
    "--enable-spark-ui": "true",
    "--spark-event-logs-path": f"s3://{BUCKET}/sparkHistoryLogs/",
    "--enable-job-insights": "true",
    "--enable-observability-metrics": "true",
    "--enable-glue-datacatalog": "true",
    "--enable-continuous-cloudwatch-log": "true",
    "--job-bookmark-option": "job-bookmark-disable",
    "--job-language": "python",
    "--TempDir": f"s3://{BUCKET}/temporary/",
}


def test_a_script_of_the_console_runs_as_it_is(warm_stage: Stage, s3: S3Client) -> None:
    stage, glue = warm_stage, warm_stage.aws("glue")
    name = f"console {uuid.uuid4().hex[:8]}"
    glue.create_job(
        Name=name,
        Description="",
        Role=ROLE,
        ExecutionProperty={"MaxConcurrentRuns": 1},
        Command={"Name": "glueetl", "ScriptLocation": stage.upload(HEAD + LISTENS), "PythonVersion": "3"},
        DefaultArguments=CONSOLE_ARGUMENTS,
        MaxRetries=0,
        Timeout=480,
        GlueVersion="5.0",
        NumberOfWorkers=2,
        WorkerType="G.1X",
        ExecutionClass="STANDARD",
    )
    wait_for_a_warm_driver(stage)
    target = f"glue-context/{uuid.uuid4().hex}/"
    run = stage.finish(name, Arguments={"--target": f"s3://{BUCKET}/{target}"})
    assert run["JobRunState"] == "SUCCEEDED", (run.get("ErrorMessage"), stage.lines(run, "error"))
    assert stage.lines(run)[-1] == "3 rows True"
    logged = [line.split(" ", 2)[2] for line in stage.lines(run, "error") if "GlueLogger" in line]
    assert logged == [f"INFO GlueLogger: rows go to s3://{BUCKET}/{target}", "WARN GlueLogger: that was all"]
    listing = s3.list_objects_v2(Bucket=BUCKET, Prefix=target)["Contents"]
    bodies = [s3.get_object(Bucket=BUCKET, Key=found["Key"])["Body"].read() for found in listing]
    rows = b"".join(bodies).decode().splitlines()
    assert sorted(rows) == ['{"genre":"pop","listens":5}', '{"genre":"rock","listens":1}']


def test_what_needs_glues_jars_says_what_to_do_instead(stage: Stage) -> None:
    job = stage.job(HEAD + NOT_HERE, command="glueetl", GlueVersion="5.0")
    run = stage.finish(job, Arguments={"--target": "none"})
    refused = stage.lines(run)[:4]
    assert refused == [
        f"GlueContext.getSource for 'kinesis' is not here. Instead {READ}; or run this job on AWS.",
        f"DataFrameReader.from_options for 'kafka' is not here. Instead {READ}; or run this job on AWS.",
        f"GlueContext.getSink for 'marketplace.spark' is not here. Instead {WRITE}; or run this job on AWS.",
        "GlueContext.start_transaction is not here. Instead use Spark or boto3 for it; "
        "or run this job on AWS.",
    ]
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == f"NotImplementedError: {refused[-1]}"
