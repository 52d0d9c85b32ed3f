"""Scripts of Spark jobs that several tests run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glue_service.aws import BUCKET

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
