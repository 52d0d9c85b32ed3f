"""Scripts as AWS's console writes them: GlueContext and Job around plain Spark."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from glue_service.aws import BUCKET, ROLE
from glue_service.service import GlueService
from glue_service.spark_scripts import CONSOLE_ARGUMENTS, HEAD, LISTENS
from glue_service.warm_drivers import wait_for_a_warm_driver

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

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
SAMPLE = (
    'read a sample of its records from files, as in spark.read.json("s3://bucket/sample/"), and give that to '
    "the function that takes a batch"
)
WRITE = 'write with Spark itself, as in frame.toDF().write.mode("append").parquet("s3://bucket/prefix/")'


# What the console fills in for a new Spark job.
def test_a_script_of_the_console_runs_as_it_is(warm_service: GlueService, s3: S3Client) -> None:
    service, glue = warm_service, warm_service.aws("glue")
    name = f"console {uuid.uuid4().hex[:8]}"
    glue.create_job(
        Name=name,
        Description="",
        Role=ROLE,
        ExecutionProperty={"MaxConcurrentRuns": 1},
        Command={"Name": "glueetl", "ScriptLocation": service.upload(HEAD + LISTENS), "PythonVersion": "3"},
        DefaultArguments=CONSOLE_ARGUMENTS,
        MaxRetries=0,
        Timeout=480,
        GlueVersion="5.0",
        NumberOfWorkers=2,
        WorkerType="G.1X",
        ExecutionClass="STANDARD",
    )
    wait_for_a_warm_driver(service)
    target = f"glue-context/{uuid.uuid4().hex}/"
    run = service.finish(name, Arguments={"--target": f"s3://{BUCKET}/{target}"})
    assert run["JobRunState"] == "SUCCEEDED", (run.get("ErrorMessage"), service.lines(run, "error"))
    assert service.lines(run)[-1] == "3 rows True"
    logged = [line.split(" ", 2)[2] for line in service.lines(run, "error") if "GlueLogger" in line]
    assert logged == [f"INFO GlueLogger: rows go to s3://{BUCKET}/{target}", "WARN GlueLogger: that was all"]
    listing = s3.list_objects_v2(Bucket=BUCKET, Prefix=target)["Contents"]
    bodies = [s3.get_object(Bucket=BUCKET, Key=found["Key"])["Body"].read() for found in listing]
    rows = b"".join(bodies).decode().splitlines()
    assert sorted(rows) == ['{"genre":"pop","listens":5}', '{"genre":"rock","listens":1}']


def test_what_needs_glues_jars_says_what_to_do_instead(service: GlueService) -> None:
    job = service.job(HEAD + NOT_HERE, command="glueetl", GlueVersion="5.0")
    run = service.finish(job, Arguments={"--target": "none"})
    refused = service.lines(run)[:4]
    assert refused == [
        f"GlueContext.getSource for 'kinesis' is not here. Instead {SAMPLE}; or run this job on AWS.",
        f"DataFrameReader.from_options for 'kafka' is not here. Instead {SAMPLE}; or run this job on AWS.",
        f"GlueContext.getSink for 'marketplace.spark' is not here. Instead {WRITE}; or run this job on AWS.",
        "GlueContext.start_transaction is not here. Instead use Spark or boto3 for it; "
        "or run this job on AWS.",
    ]
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == f"NotImplementedError: {refused[-1]}"


def test_a_refusal_that_the_script_catches_fails_its_run_all_the_same(service: GlueService) -> None:
    catching = """\
try:
    glueContext.start_transaction(True)
except Exception:
    print("goes on")
"""
    job = service.job(HEAD + catching, command="glueetl", GlueVersion="5.0")
    run = service.finish(job, Arguments={"--target": "none"})
    assert service.lines(run)[-1] == "goes on"
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].startswith("GlueContext.start_transaction is not here. ")
