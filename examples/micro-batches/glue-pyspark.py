"""Plays of one batch of CSV files -> curated Parquet by day, with the genre and duration of each song."""

import json
import sys

from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from pyspark.sql import Window
from pyspark.sql import functions as F

args = getResolvedOptions(sys.argv, ["JOB_NAME", "bucket", "batch", "keys"])
glue = GlueContext(SparkContext.getOrCreate())
spark = glue.spark_session
job = Job(glue)
job.init(args["JOB_NAME"], args)


def read_csv(*keys):
    """CSV as RFC 4180 has it: a quote in a title is doubled, a backslash is a backslash."""
    paths = [f"s3://{args['bucket']}/{key}" for key in keys]
    return spark.read.csv(paths, header=True, quote='"', escape='"', multiLine=True)


# One song has one genre, however often the file lists it: a join must not multiply plays.
first = Window.partitionBy("track_id").orderBy("track_genre")
songs = (
    read_csv("reference/songs.csv")
    .withColumn("row", F.row_number().over(first))
    .where("row = 1")
    .select("track_id", "track_genre", F.col("duration_ms").cast("long"))
)

played_at = F.to_timestamp("listen_time", "yyyy-MM-dd HH:mm:ss")
plays = (
    read_csv(*json.loads(args["keys"]))
    .select(
        F.trim("user_id").alias("user_id"), F.trim("track_id").alias("track_id"), played_at.alias("played_at")
    )
    .where("user_id <> '' AND track_id <> '' AND played_at IS NOT NULL")
    .distinct()
    .withColumn("play_date", F.date_format("played_at", "yyyy-MM-dd"))
    .withColumn("played_at", F.date_format("played_at", "yyyy-MM-dd HH:mm:ss"))
)

curated = plays.join(F.broadcast(songs), "track_id", "left").na.fill(
    {"track_genre": "unknown", "duration_ms": 0}
)
curated.write.mode("overwrite").partitionBy("play_date").parquet(
    f"s3://{args['bucket']}/curated/plays/batch={args['batch']}"
)
job.commit()
