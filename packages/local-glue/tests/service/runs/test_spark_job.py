"""Spark jobs: a real spark-submit reads and writes S3 through the emulator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from glue_service.support import BUCKET, Stage, zipped

from local_glue.runs.files import LaunchError
from local_glue.runs.spark.properties import parse_conf

WARNED = "Glue keeps what a Spark job writes to stderr with what it writes to stdout"
SCRIPT = f"""
import json, sys
import from_zip
from awsglue.utils import getResolvedOptions
from pyspark.sql import SparkSession
found = getResolvedOptions(sys.argv, ["JOB_NAME", "day"])
spark = SparkSession.builder.getOrCreate()
where = "s3://{BUCKET}/spark/" + found["JOB_NAME"]
spark.range(10).selectExpr("id", "id % 2 as even").write.partitionBy("even").parquet(where)
rows = spark.read.parquet(where.replace("s3://", "s3a://")).where("even = 0").count()
named = spark.sparkContext.parallelize([1, 2], 2).map(lambda _: __import__("from_zip").name).collect()
print({WARNED!r}, file=sys.stderr)
print(json.dumps({{
    "rows": rows,
    "day": found["day"],
    "run": found["JOB_RUN_ID"],
    "conf": spark.conf.get("spark.sql.shuffle.partitions") + spark.conf.get("spark.my.setting"),
    "named": named,
    "master": spark.sparkContext.master,
}}))
"""
FAILING = f"""
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf
spark = SparkSession.builder.getOrCreate()
bad = udf(lambda number: 1 // (number - 3))
spark.range(5).select(bad("id")).write.mode("overwrite").json("s3://{BUCKET}/never/")
"""


def printed_by(run: Mapping[str, Any]) -> dict[str, Any]:
    """What SCRIPT prints, however its run starts."""
    return {
        "rows": 5,
        "day": "2024-06-25",
        "run": run["Id"],
        "conf": "7\\x",
        "named": ["zip", "zip"],
        "master": "local[2]",
    }


def test_a_spark_job_runs_with_glues_own_arguments_and_files(stage: Stage) -> None:
    package = stage.upload(zipped(from_zip="name = 'zip'"), ".zip")
    job = stage.job(
        SCRIPT,
        command="glueetl",
        GlueVersion="5.1",
        WorkerType="G.1X",
        NumberOfWorkers=2,
        DefaultArguments={
            "--extra-py-files": package,
            "--conf": "spark.sql.shuffle.partitions=7 --conf spark.my.setting=\\x",
            "--job-bookmark-option": "job-bookmark-disable",
        },
    )
    run = stage.finish(job, Arguments={"--day": "2024-06-25"})
    assert run["JobRunState"] == "SUCCEEDED", stage.lines(run, "error")
    assert run["LogGroupName"] == "/aws-glue/jobs"
    assert stage.printed_json(run) == printed_by(run)
    assert stage.lines(run)[-2] == WARNED
    errors = stage.lines(run, "error")
    assert errors[0] == (
        "local Glue: Glue 5.1 on 2 G.1X (8 vCPUs, 32 GB) runs on Spark 3.5.6 local[2] "
        "with 1g of driver memory (at most GLUE_CORES=2, GLUE_DRIVER_MEMORY=1g)"
    )


def test_a_failing_spark_job_gives_the_python_error_of_its_worker(stage: Stage) -> None:
    run = stage.finish(stage.job(FAILING, command="glueetl", GlueVersion="5.1"))
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == "ZeroDivisionError: integer division or modulo by zero"


def test_extra_jars_are_on_the_class_path_and_known_to_spark(stage: Stage) -> None:
    jar = stage.upload(zipped(resource="of the jar"), ".jar")
    script = (
        "from pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.getOrCreate()\n"
        "java = spark.sparkContext._jvm\n"
        "found = java.java.lang.ClassLoader.getSystemClassLoader().getResource('resource.py')\n"
        "print(found is not None, spark.sparkContext._jsc.sc().listJars().apply(0).rpartition('.')[2])"
    )
    run = stage.finish(
        stage.job(script, command="glueetl", GlueVersion="5.1", DefaultArguments={"--extra-jars": jar})
    )
    assert stage.lines(run) == ["True jar"], (run, stage.lines(run, "error"))


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("spark.a=1", {"spark.a": "1"}),
        ("spark.a=1 --conf spark.b=x=y --conf spark.c=", {"spark.a": "1", "spark.b": "x=y", "spark.c": ""}),
        ("spark.a=1  --conf   spark.b=two words", {"spark.a": "1", "spark.b": "two words"}),
        ("spark.a=1\n--conf spark.b=2", {"spark.a": "1", "spark.b": "2"}),
        ("spark.a=x,y,spark.b=2", {"spark.a": "x,y", "spark.b": "2"}),
        ("spark.a=1 --conf spark.a=2", {"spark.a": "2"}),
        ("", {}),
    ],
)
def test_conf_holds_as_many_settings_as_its_one_value_chains(text: str, settings: dict[str, str]) -> None:
    assert parse_conf(text) == settings


@pytest.mark.parametrize("text", ["spark.a", "a=1", "spark.a=1 --conf b"])
def test_conf_that_is_none_is_named(text: str) -> None:
    with pytest.raises(LaunchError, match=r"--conf takes spark\.name=value"):
        parse_conf(text)
