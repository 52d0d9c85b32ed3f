"""Tables of the Data Catalog -> listens by day; the KPIs of each genre of those days -> DynamoDB."""

import sys
from decimal import ROUND_HALF_EVEN, Decimal

import boto3
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from boto3.dynamodb.conditions import Key
from pyspark.context import SparkContext
from pyspark.sql import Window
from pyspark.sql import functions as F

args = getResolvedOptions(sys.argv, ["JOB_NAME", "database", "curated", "batch"])
glue = GlueContext(SparkContext.getOrCreate())
spark = glue.spark_session
spark.conf.set("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
job = Job(glue)
job.init(args["JOB_NAME"], args)
table = boto3.resource("dynamodb").Table("genre_daily_kpis")


def from_catalog(name):
    return glue.create_dynamic_frame.from_catalog(database=args["database"], table_name=name).toDF()


def first_rows(rows, by, count):
    """The first rows of each window by listens; of equal ones, the first by name."""
    order = Window.partitionBy(*by[:-1]).orderBy(F.desc("listens"), by[-1])
    return rows.withColumn("rank", F.row_number().over(order)).where(F.col("rank") <= count)


def in_order(name):
    """The values of a group by their rank, as a text with commas."""
    ranked = F.sort_array(F.collect_list(F.struct("rank", name)))
    return F.array_join(F.transform(ranked, lambda each: each[name]), ",")


# One song has one genre, however often the file lists it: a join must not multiply listens.
first = Window.partitionBy("track_id").orderBy("track_genre")
songs = (
    from_catalog("songs")
    .withColumn("row", F.row_number().over(first))
    .where("row = 1")
    .select("track_id", "track_name", "track_genre", F.col("duration_ms").cast("long"))
)

listened_at = F.to_timestamp("listen_time", "yyyy-MM-dd HH:mm:ss")
listens = (
    from_catalog("streams")
    .select(
        F.trim(F.col("user_id").cast("string")).alias("user_id"),
        F.trim("track_id").alias("track_id"),
        listened_at.alias("listened_at"),
    )
    .where("user_id <> '' AND track_id <> '' AND listened_at IS NOT NULL")
    .withColumn("date", F.date_format("listened_at", "yyyy-MM-dd"))
    .distinct()
    .cache()
)
listens.write.mode("overwrite").parquet(f"{args['curated']}/batch={args['batch']}")
days = [row["date"] for row in listens.select("date").distinct().collect()]

# A day's numbers are those of all its listens, also of those that other batches brought.
of_days = (
    spark.read.parquet(args["curated"])
    .where(F.col("date").isin(days))
    .select("user_id", "track_id", "listened_at", "date")
    .distinct()
    .join(F.broadcast(songs), "track_id")
    .cache()
)
genres = of_days.groupBy("date", "track_genre").agg(
    F.count("*").alias("listens"),
    F.countDistinct("user_id").alias("unique_listeners"),
    F.sum("duration_ms").alias("total_listening_time"),
)
plays = of_days.groupBy("date", "track_genre", "track_id", "track_name").agg(F.count("*").alias("listens"))
top_songs = first_rows(plays, ("date", "track_genre", "track_id"), 3).groupBy("date", "track_genre")
top_genres = first_rows(genres, ("date", "track_genre"), 5).groupBy("date")
kpis = genres.join(top_songs.agg(in_order("track_name").alias("top_3_songs")), ["date", "track_genre"]).join(
    top_genres.agg(in_order("track_genre").alias("top_5_genres")), "date"
)

kept = set()
with table.batch_writer() as batch:
    for row in kpis.toLocalIterator():
        seconds = Decimal(row["total_listening_time"]) / row["unique_listeners"] / 1000
        batch.put_item(
            Item={
                "date": row["date"],
                "track_genre": row["track_genre"],
                "listen_count": row["listens"],
                "unique_listeners": row["unique_listeners"],
                "total_listening_time": row["total_listening_time"],
                "avg_listening_time_per_user": seconds.quantize(Decimal("0.000001"), ROUND_HALF_EVEN),
                "top_3_songs": row["top_3_songs"],
                "top_5_genres": row["top_5_genres"],
            }
        )
        kept.add((row["date"], row["track_genre"]))

    # What is no longer so is removed: a genre that no song of the day has any more.
    for day in days:
        for item in table.query(KeyConditionExpression=Key("date").eq(day))["Items"]:
            if (day, item["track_genre"]) not in kept:
                batch.delete_item(Key={"date": day, "track_genre": item["track_genre"]})
print(f"{len(kept)} items of {len(days)} days")
job.commit()
