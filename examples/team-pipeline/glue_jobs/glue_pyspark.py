"""calculate_metrics_etl: stream files -> listens by day; KPIs of each song of those days -> song_kpis/."""

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
spark.conf.set("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
job = Job(glue)
job.init(args["JOB_NAME"], args)
root = f"s3://{args['bucket']}/spotify_data"


def read_csv(*paths):
    """CSV as RFC 4180 has it: a quote in a title is doubled, a backslash is a backslash."""
    return spark.read.csv(list(paths), header=True, quote='"', escape='"', multiLine=True)


# One song has one genre, however often the file lists it: a join must not multiply listens.
first = Window.partitionBy("track_id").orderBy("track_genre")
songs = (
    read_csv(f"{root}/songs/")
    .withColumn("row", F.row_number().over(first))
    .where("row = 1")
    .select("track_id", "track_name", "artists", "track_genre", F.col("duration_ms").cast("long"))
)

listened_at = F.to_timestamp("listen_time", "yyyy-MM-dd HH:mm:ss")
listens = (
    read_csv(*[f"s3://{args['bucket']}/{key}" for key in json.loads(args["keys"])])
    .select(
        F.trim("user_id").alias("user_id"),
        F.trim("track_id").alias("track_id"),
        listened_at.alias("listened_at"),
    )
    .where("user_id <> '' AND track_id <> '' AND listened_at IS NOT NULL")
    .withColumn("report_date", F.date_format("listened_at", "yyyy-MM-dd"))
    .distinct()
    .cache()
)
listens.write.mode("overwrite").partitionBy("report_date").parquet(f"{root}/curated/batch={args['batch']}")
days = [row["report_date"] for row in listens.select("report_date").distinct().collect()]

if days:
    # A day's numbers are those of all its listens, whichever batch brought them.
    per_song = (
        spark.read.parquet(f"{root}/curated")
        .where(F.col("report_date").isin(days))
        .select("user_id", "track_id", "listened_at", "report_date")
        .distinct()
        .join(F.broadcast(songs), "track_id", "left")
        .groupBy("report_date", "track_id", "track_name", "artists", "track_genre")
        .agg(
            F.count("*").alias("total_listens"),
            F.countDistinct("user_id").alias("unique_users"),
            F.sum("duration_ms").alias("total_listening_time"),
        )
    )
    seconds = F.col("total_listening_time").cast("decimal(18,0)")
    users = (F.col("unique_users") * 1000).cast("decimal(18,0)")

    # Of equal ones the first by name; songs that nobody knows are of no genre, and rank nowhere.
    of_genre = Window.partitionBy("report_date", "track_genre")
    in_genre = of_genre.orderBy(F.desc("total_listens"), "track_id")
    of_day = Window.partitionBy("report_date").orderBy(
        F.col("track_genre").isNull(), F.desc("genre_listens"), "track_genre"
    )
    ranked = (
        per_song.withColumn("avg_listening_time_per_user", F.bround(seconds / users, 6))
        .withColumn("genre_listens", F.sum("total_listens").over(of_genre))
        .withColumn("rank_in_genre", F.row_number().over(in_genre))
        .withColumn("genre_rank", F.dense_rank().over(of_day))
    )
    for name, count in (("rank_in_genre", 3), ("genre_rank", 5)):
        is_top = F.col("track_genre").isNotNull() & (F.col(name) <= count)
        ranked = ranked.withColumn(name, F.when(is_top, F.col(name)))

    # Days of other batches stay as they are.
    by_day = ranked.drop("genre_listens").repartition("report_date").write.partitionBy("report_date")
    by_day.mode("overwrite").option("partitionOverwriteMode", "dynamic").parquet(f"{root}/output/song_kpis")
job.commit()
