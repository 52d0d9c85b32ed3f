"""Valid files that are not archived -> curated listens; the KPIs of their days -> data/kpis/YYYY/MM/DD/."""

import hashlib
import json
import sys

import boto3
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from boto3.dynamodb.conditions import Attr
from pyspark.context import SparkContext
from pyspark.sql import Window
from pyspark.sql import functions as F

args = getResolvedOptions(sys.argv, ["JOB_NAME", "bucket"])
glue = GlueContext(SparkContext.getOrCreate())
spark = glue.spark_session
job = Job(glue)
job.init(args["JOB_NAME"], args)
root = f"s3://{args['bucket']}/data"


def read_csv(*paths):
    return spark.read.csv(list(paths), header=True, quote='"', escape='"', multiLine=True)


def ranked(rows, by, count):
    """The first rows of each window by listens; of equal ones, the first name."""
    order = Window.partitionBy(*by[:-1]).orderBy(F.desc("listens"), by[-1])
    return rows.withColumn("rank", F.row_number().over(order)).where(F.col("rank") <= count)


waiting = Attr("validation_status").eq("SUCCESS") & Attr("archival_status").not_exists()
items = boto3.resource("dynamodb").Table("FileValidationMetadata").scan(FilterExpression=waiting)["Items"]
files = {item["file_key"]: item["etag"] for item in sorted(items, key=lambda item: item["file_key"])}
batch = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:12]

played_at = F.to_timestamp("listen_time", "yyyy-MM-dd HH:mm:ss")
listens = (
    read_csv(*[f"s3://{args['bucket']}/{key}" for key in files])
    .select(
        F.trim("user_id").alias("user_id"), F.trim("track_id").alias("track_id"), played_at.alias("played_at")
    )
    .where("user_id <> '' AND track_id <> '' AND played_at IS NOT NULL")
    .withColumn("listen_date", F.date_format("played_at", "yyyy-MM-dd"))
)
listens = listens.distinct().cache()
listens.write.mode("overwrite").parquet(f"{root}/curated/batch={batch}")
days = sorted(row["listen_date"] for row in listens.select("listen_date").distinct().collect())

# A day's KPIs are those of all its listens, whichever file brought them; a song has one genre.
first = Window.partitionBy("track_id").orderBy("track_genre")
songs = read_csv(f"{root}/raw/songs/").withColumn("row", F.row_number().over(first)).where("row = 1")
known = songs.select("track_id", "track_name", "track_genre", F.col("duration_ms").cast("long"))
of_days = (
    spark.read.parquet(f"{root}/curated")
    .where(F.col("listen_date").isin(days))
    .select("user_id", "track_id", "played_at", "listen_date")
    .distinct()
    .join(F.broadcast(known), "track_id")
    .cache()
)

genres = of_days.groupBy("listen_date", "track_genre").agg(
    F.count("*").alias("listen_count"),
    F.countDistinct("user_id").alias("unique_listeners"),
    F.sum("duration_ms").alias("total_listening_time"),
)
average = F.format_string("%.6f", F.col("total_listening_time") / F.col("unique_listeners") / 1000)
kpis = genres.withColumn("kpi_type", F.concat(F.lit("GENRE#"), "track_genre")).withColumn(
    "avg_listening_time_per_user", average
)

plays = of_days.groupBy("listen_date", "track_genre", "track_id", "track_name").agg(
    F.count("*").alias("listens")
)
songs_of_genre = (
    ranked(plays, ("listen_date", "track_genre", "track_id"), 3)
    .groupBy("listen_date", "track_genre")
    .agg(
        F.sort_array(F.collect_list(F.struct("rank", "track_id", "track_name", "listens"))).alias(
            "top_3_songs"
        )
    )
)
genres_of_day = (
    ranked(genres.withColumnRenamed("listen_count", "listens"), ("listen_date", "track_genre"), 5)
    .groupBy("listen_date")
    .agg(F.sort_array(F.collect_list(F.struct("rank", "track_genre", "listens"))).alias("top_5_genres"))
)

tables = {"MusicStreamingKPIs": kpis, "TopSongsByGenre": songs_of_genre, "TopGenresByDay": genres_of_day}
lines = [
    rows.select("listen_date", F.lit(name).alias("table"), F.to_json(F.struct(*rows.columns)).alias("item"))
    for name, rows in tables.items()
]
items = lines[0].union(lines[1]).union(lines[2]).coalesce(1).cache()
for day in days:
    of_day = items.where(F.col("listen_date") == day)
    of_day.write.mode("overwrite").json(f"{root}/kpis/{day.replace('-', '/')}")

handover = json.dumps({"days": days, "files": files})
boto3.client("s3").put_object(Bucket=args["bucket"], Key="data/kpis/latest.json", Body=handover.encode())
job.commit()
