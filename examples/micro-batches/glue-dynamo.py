"""Curated plays of the days that a batch touches -> one item a day and genre, by all batches of that day."""

import io
import re
import sys

import boto3
import pandas as pd
from awsglue.utils import getResolvedOptions

args = getResolvedOptions(sys.argv, ["bucket", "batch"])
s3 = boto3.client("s3")
table = boto3.resource("dynamodb").Table("genre_plays")
SET_NUMBERS = "SET listen_count = :count, unique_listeners = :users, total_listening_time = :time"
PARQUET = re.compile(r"curated/plays/batch=(\w+)/play_date=([\d-]+)/[^/]+\.parquet$")

pages = s3.get_paginator("list_objects_v2").paginate(Bucket=args["bucket"], Prefix="curated/plays/")
keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
found = [(match[1], match[2], key) for key in keys for match in [PARQUET.search(key)] if match]

# Totals of a day are those of all that came for it, never of one batch: a later one must not overwrite them.
for day in sorted({date for batch, date, _ in found if batch == args["batch"]}):
    parts = [
        pd.read_parquet(io.BytesIO(s3.get_object(Bucket=args["bucket"], Key=key)["Body"].read()))
        for _, date, key in found
        if date == day
    ]
    plays = pd.concat(parts).drop_duplicates(["user_id", "track_id", "played_at"])

    for genre, group in plays.groupby("track_genre"):
        table.update_item(
            Key={"play_date": day, "track_genre": genre},
            UpdateExpression=SET_NUMBERS,
            ExpressionAttributeValues={
                ":count": len(group),
                ":users": int(group["user_id"].nunique()),
                ":time": int(group["duration_ms"].sum()),
            },
        )
    print(f"{day}: {len(plays)} plays in {plays['track_genre'].nunique()} genres")
