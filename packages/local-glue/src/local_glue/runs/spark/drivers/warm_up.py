"""Makes a waiting driver JVM load and compile what most jobs use, then leaves it as if just started.

    python warm_up.py S3

Started by path in the jobs' Python, attached to the JVM by PYSPARK_GATEWAY_PORT and PYSPARK_GATEWAY_SECRET.
S3 is the address of one that is made for this (`warm_up_s3`): nothing of the user's is read or written.
"""

import sys
import time
from typing import Any

from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as f

ROUNDS = 2
"""The first loads what the second, in a third of the time, begins to compile."""
ENOUGH_SECONDS = 20.0
"""Where the machine is so busy that a round takes longer, a driver that is ready sooner is worth more."""
BUCKET = "warm-up"
LISTENS = "user_id string, track_id string, listen_time string"


def main() -> None:
    """Read, check, join, count, rank and write a few rows; then stop the context and drop what is cached."""
    spark = SparkSession.builder.appName("warm-up").getOrCreate()
    jvm: Any = spark.sparkContext._jvm
    for name in ("accessKeyId", "secretKey", "secretAccessKey"):
        jvm.java.lang.System.setProperty(f"aws.{name}", BUCKET)

    hadoop: Any = spark.sparkContext._jsc.hadoopConfiguration()
    hadoop.set(f"fs.s3a.bucket.{BUCKET}.endpoint", sys.argv[1])

    started = time.monotonic()
    for number in range(ROUNDS):
        if number == 0 or time.monotonic() - started < ENOUGH_SECONDS:
            _use(spark, f"s3://{BUCKET}/{number}")

    spark.stop()
    jvm.org.apache.spark.sql.SparkSession.clearActiveSession()
    jvm.org.apache.spark.sql.SparkSession.clearDefaultSession()
    jvm.org.apache.hadoop.fs.FileSystem.closeAll()
    jvm.java.lang.System.gc()


def _use(spark: SparkSession, folder: str) -> None:
    rows = [(f"user-{n % 7}", f"track-{n % 5}", f"2024-06-25 10:{n:02}:00") for n in range(40)]
    delivered = spark.createDataFrame(rows, LISTENS)
    delivered.write.option("header", True).csv(f"{folder}/csv")
    delivered.write.json(f"{folder}/json")
    spark.read.option("header", True).csv(f"{folder}/csv").count()

    checked = _checked(spark.read.schema(LISTENS).json(f"{folder}/json"))
    checked.groupBy("reason").count().collect()
    good = checked.where("reason IS NULL").drop("reason")
    good.write.partitionBy("day").mode("append").parquet(f"{folder}/parquet")

    stored = spark.read.parquet(f"{folder}/parquet").coalesce(1)
    listens = stored.dropDuplicates(["user_id", "track_id", "listen_time"]).localCheckpoint(eager=False)
    songs = _songs(stored).persist()
    plays = listens.join(songs, "track_id", "left")
    _counted(plays, songs).collect()
    ranked = _ranked(plays)
    ranked.orderBy("rank").collect()
    ranked.write.partitionBy("day").mode("append").json(f"{folder}/output")

    unknown = listens.join(songs, "track_id", "left_anti").select("track_id")
    unknown.unionByName(songs.select("track_id")).count()
    ranked.createOrReplaceTempView("ranked")
    spark.sql("select day, sum(listens) from ranked group by day").toJSON().collect()
    songs.unpersist()


def _checked(rows: DataFrame) -> DataFrame:
    """Trim and convert, and give the reason why a row is bad."""
    reason = """
        CASE WHEN user_id IS NULL OR user_id = '' THEN 'missing'
             WHEN NOT listen_time RLIKE '^[0-9]{4}-' OR octet_length(track_id) > 100 THEN 'bad'
             WHEN instant > current_timestamp() + make_dt_interval(1) THEN 'late' END AS reason
    """
    trimmed = ("btrim(user_id) AS user_id", "IF(track_id > '!', track_id, NULL) AS track_id", "listen_time")
    times = ("CAST(listen_time AS TIMESTAMP) AS instant", "to_date(listen_time) AS day")
    return rows.selectExpr(*trimmed).selectExpr("*", *times).selectExpr("*", reason)


def _songs(rows: DataFrame) -> DataFrame:
    """One row per track, with a genre and a duration."""
    song = "struct(upper(track_id) AS genre, length(track_id) AS ms) AS song"
    first = rows.selectExpr("track_id", song).groupBy("track_id").agg(f.min("song").alias("song"))
    return first.select("track_id", "song.*")


def _counted(plays: DataFrame, songs: DataFrame) -> DataFrame:
    """Count per genre, and per genre in an hour."""
    every_hour = f.struct(f.lit(None).cast("int").alias("hour"), "genre")
    groups = f.array(every_hour, f.struct(f.hour("instant").alias("hour"), "genre"))
    by_user = (
        plays.select("user_id", "ms", f.explode(groups).alias("group"))
        .groupBy("user_id", "group.hour", "group.genre")
        .agg(f.count("*").alias("listens"), f.sum("ms").alias("time"))
    )
    counts = by_user.groupBy("hour", "genre").agg(
        f.sum("listens").alias("listens"),
        f.coalesce(f.sum("time"), f.lit(0)).alias("time"),
        f.count_if(f.col("genre").isNull()).alias("unknown"),
    )
    return counts.unionByName(
        songs.selectExpr("NULL AS hour", "genre", "1L AS listens", "0L AS time", "0L AS unknown")
    )


def _ranked(plays: DataFrame) -> DataFrame:
    """Keep the first genres of each day, with an exact average."""
    rank = f.row_number().over(Window.partitionBy("day").orderBy(f.desc("listens"), "genre"))
    average = "CAST(CAST(listens * 1000 div users AS DECIMAL(18,0)) * 0.001BD AS DECIMAL(24,6)) AS average"
    return (
        plays.groupBy("day", "genre")
        .agg(f.count("*").alias("listens"), f.countDistinct("user_id").alias("users"))
        .select("*", rank.alias("rank"), f.expr(average))
        .where("rank <= 3")
    )


if __name__ == "__main__":
    main()
