"""Makes a waiting driver JVM load and compile what most jobs use, then leaves it as if just started.

    python warm_up.py FOLDER

Started by path in the jobs' Python, attached to the JVM by PYSPARK_GATEWAY_PORT and PYSPARK_GATEWAY_SECRET.
FOLDER is for the files it writes. S3 is asked with keys that open nothing: the refusal warms as well.
"""

import contextlib
import sys
import time
from pathlib import Path
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as f

ROUNDS = 3
"""What is used often enough gets compiled: the second and third round take a fifth of the first each."""
ENOUGH_SECONDS = 20.0
"""Where the machine is so busy that a round takes longer, a driver that is ready sooner is worth more."""


def main() -> None:
    """Read, join, rank, aggregate and write a few rows; then stop the context and drop what is cached."""
    folder = Path(sys.argv[1])
    spark = SparkSession.builder.appName("warm-up").getOrCreate()
    started = time.monotonic()
    for number in range(ROUNDS):
        if number == 0 or time.monotonic() - started < ENOUGH_SECONDS:
            _use(spark, folder / str(number))
    jvm: Any = spark.sparkContext._jvm
    with contextlib.suppress(Py4JJavaError):  # expected: it loads all that speaks to S3 on the way
        _s3(spark, "s3a://warm-up/")
    spark.stop()
    jvm.org.apache.spark.sql.SparkSession.clearActiveSession()
    jvm.org.apache.spark.sql.SparkSession.clearDefaultSession()
    jvm.org.apache.hadoop.fs.FileSystem.closeAll()
    jvm.java.lang.System.gc()


def _use(spark: SparkSession, folder: Path) -> None:
    rows = [(f"user-{n % 7}", f"track-{n % 5}", f"2024-06-25 10:{n:02}:00") for n in range(40)]
    columns = ["user_id", "track_id", "listen_time"]
    spark.createDataFrame(rows, columns).write.option("header", True).csv(f"{folder}/csv")
    spark.createDataFrame(rows, columns).write.json(f"{folder}/json")
    spark.read.option("header", True).csv(f"{folder}/csv").count()
    listens = spark.read.schema("user_id string, track_id string, listen_time string").json(f"{folder}/json")
    listens = listens.withColumn("day", f.to_date("listen_time")).dropDuplicates(columns)
    listens.write.partitionBy("day").parquet(f"{folder}/parquet")
    stored = spark.read.parquet(f"{folder}/parquet")
    songs = stored.select("track_id").distinct().withColumn("genre", f.upper("track_id"))
    ranked = (
        stored.join(songs, "track_id", "left")
        .groupBy("day", "genre")
        .agg(f.count("*").alias("listens"), f.countDistinct("user_id").alias("users"))
        .withColumn(
            "rank", f.row_number().over(Window.partitionBy("day").orderBy(f.desc("listens"), "genre"))
        )
    )
    stored.join(songs, "track_id", "left_anti").unionByName(stored).count()
    ranked.orderBy("rank").collect()
    ranked.createOrReplaceTempView("ranked")
    spark.sql("select day, sum(listens) from ranked group by day").toJSON().collect()


def _s3(spark: SparkSession, url: str) -> None:
    context = spark.sparkContext
    java: Any = context._jvm
    for name in ("accessKeyId", "secretKey", "secretAccessKey"):
        java.java.lang.System.setProperty(f"aws.{name}", "warm-up")
    path = java.org.apache.hadoop.fs.Path(url)
    path.getFileSystem(context._jsc.hadoopConfiguration()).exists(path)


if __name__ == "__main__":
    main()
