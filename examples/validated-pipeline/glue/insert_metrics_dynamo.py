"""song_kpis/BATCH -> track_level_reports: one item a song and day; what it has not any more is removed."""

import io
import sys

import boto3
import pyarrow.parquet as pq
from awsglue.utils import getResolvedOptions

args = getResolvedOptions(sys.argv, ["bucket", "batch"])
s3 = boto3.client("s3")
table = boto3.resource("dynamodb").Table("track_level_reports")


def update(track_id, report_date, **attributes):
    given = {name: value for name, value in attributes.items() if value is not None}
    gone = [name for name in attributes if name not in given]
    sets = "SET " + ", ".join(f"{name} = :{name}" for name in given)
    table.update_item(
        Key={"track_id": track_id, "report_date": report_date},
        UpdateExpression=f"{sets} REMOVE {', '.join(gone)}" if gone else sets,
        ExpressionAttributeValues={f":{name}": value for name, value in given.items()},
    )


prefix = f"spotify_data/output/song_kpis/{args['batch']}/"
for page in s3.get_paginator("list_objects_v2").paginate(Bucket=args["bucket"], Prefix=prefix):
    for key in (each["Key"] for each in page.get("Contents", []) if each["Key"].endswith(".parquet")):
        body = s3.get_object(Bucket=args["bucket"], Key=key)["Body"].read()
        rows = pq.read_table(io.BytesIO(body)).to_pylist()
        for row in rows:
            update(**row)
        print(f"{key}: {len(rows)} items")
