"""calculate_metrics_etl, in SQL: stream files -> listens; numbers of each song and day -> song_kpis/BATCH."""

import json
import sys

from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME", "bucket", "batch", "keys"])
glue = GlueContext(SparkContext.getOrCreate())
spark = glue.spark_session
spark.conf.set("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
job = Job(glue)
job.init(args["JOB_NAME"], args)
root = f"s3://{args['bucket']}/spotify_data"


def csv_view(name, *paths):
    """CSV as RFC 4180 has it: a quote in a title is doubled, a backslash is a backslash."""
    rows = spark.read.csv(list(paths), header=True, quote='"', escape='"', multiLine=True)
    rows.createOrReplaceTempView(name)


csv_view("song_rows", f"{root}/songs/")
csv_view("stream_rows", *[f"s3://{args['bucket']}/{key}" for key in json.loads(args["keys"])])
of_batch = spark.sql("""
    SELECT DISTINCT trim(user_id) AS user_id, trim(track_id) AS track_id, listened_at,
           date_format(listened_at, 'yyyy-MM-dd') AS report_date
    FROM (SELECT *, to_timestamp(listen_time, 'yyyy-MM-dd HH:mm:ss') AS listened_at FROM stream_rows)
    WHERE trim(user_id) <> '' AND trim(track_id) <> '' AND listened_at IS NOT NULL
""").cache()
of_batch.createOrReplaceTempView("batch_listens")
of_batch.write.mode("overwrite").parquet(f"{root}/listens/batch={args['batch']}")
spark.read.parquet(f"{root}/listens").createOrReplaceTempView("all_listens")

# A day's numbers are those of all its listens, whichever batch brought them; a song has one genre. Of equal
# ones the first by name is before the others; songs that nobody knows are of no genre, and rank nowhere.
spark.sql("""
    WITH song AS (
        SELECT track_id, track_name, artists, track_genre, bigint(duration_ms) AS duration_ms
        FROM (SELECT *, row_number() OVER (PARTITION BY track_id ORDER BY track_genre) AS n FROM song_rows)
        WHERE n = 1
    ), listen AS (
        SELECT DISTINCT user_id, track_id, listened_at, report_date FROM all_listens
        WHERE report_date IN (SELECT report_date FROM batch_listens)
    ), report AS (
        SELECT report_date, track_id, track_name, artists, track_genre, count(*) AS total_listens,
               count(DISTINCT user_id) AS unique_users, sum(duration_ms) AS total_listening_time
        FROM listen LEFT JOIN song USING (track_id)
        GROUP BY report_date, track_id, track_name, artists, track_genre
    ), genre AS (
        SELECT report_date, track_genre, row_number() OVER (
            PARTITION BY report_date ORDER BY sum(total_listens) DESC, track_genre) AS place
        FROM report WHERE track_genre IS NOT NULL GROUP BY report_date, track_genre
    ), ranked AS (
        SELECT *, row_number() OVER (
            PARTITION BY report_date, track_genre ORDER BY total_listens DESC, track_id) AS in_genre
        FROM report
    )
    SELECT track_id, report_date, track_name, artists, track_genre,
           total_listens, unique_users, total_listening_time,
           bround(CAST(total_listening_time AS DECIMAL(18)) / CAST(unique_users * 1000 AS DECIMAL(18)), 6)
               AS avg_listening_time_per_user,
           CASE WHEN track_genre IS NOT NULL AND in_genre <= 3 THEN in_genre END AS rank_in_genre,
           CASE WHEN place <= 5 THEN place END AS genre_rank
    FROM ranked LEFT JOIN genre USING (report_date, track_genre)
""").coalesce(1).write.mode("overwrite").parquet(f"{root}/output/song_kpis/{args['batch']}")
job.commit()
