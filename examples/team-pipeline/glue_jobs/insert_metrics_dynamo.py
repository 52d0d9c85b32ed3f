"""KPIs of the days that a batch has touched: song_kpis/ -> track_level_reports, one item a song and day."""

import io
import re
import sys

import boto3
import pyarrow.parquet as pq
from awsglue.utils import getResolvedOptions

ATTRIBUTES = (
    *("total_listens", "unique_users", "total_listening_time", "avg_listening_time_per_user"),
    *("track_name", "artists", "track_genre", "rank_in_genre", "genre_rank"),
)

args = getResolvedOptions(sys.argv, ["bucket", "batch"])
s3 = boto3.client("s3")
table = boto3.resource("dynamodb").Table("track_level_reports")


def parquet_files(folder):
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=args["bucket"], Prefix=folder)
    keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
    return [key for key in keys if key.endswith(".parquet")]


touched = parquet_files(f"spotify_data/curated/batch={args['batch']}/")
for day in sorted({re.search(r"report_date=([\d-]+)/", key).group(1) for key in touched}):
    count = 0
    for key in parquet_files(f"spotify_data/output/song_kpis/report_date={day}/"):
        body = s3.get_object(Bucket=args["bucket"], Key=key)["Body"].read()
        for row in pq.read_table(io.BytesIO(body)).to_pylist():
            # What is no longer so is removed: a song that is not among the first three any more has no rank.
            has = [name for name in ATTRIBUTES if row[name] is not None]
            has_not = [name for name in ATTRIBUTES if row[name] is None]
            update = "SET " + ", ".join(f"{name} = :{name}" for name in has)
            table.update_item(
                Key={"track_id": row["track_id"], "report_date": day},
                UpdateExpression=f"{update} REMOVE {', '.join(has_not)}" if has_not else update,
                ExpressionAttributeValues={f":{name}": row[name] for name in has},
            )
            count += 1
    print(f"{day}: {count} songs")
