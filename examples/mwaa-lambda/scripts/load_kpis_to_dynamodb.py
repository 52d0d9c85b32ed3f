"""The KPIs of the days of the latest transformation -> DynamoDB; what a day no longer has is removed."""

import json
import sys
from decimal import Decimal

import boto3
from awsglue.utils import getResolvedOptions
from boto3.dynamodb.conditions import Key
from pyspark.sql import SparkSession

SORT_KEYS = {"MusicStreamingKPIs": "kpi_type", "TopSongsByGenre": "track_genre", "TopGenresByDay": None}
AVERAGE = "avg_listening_time_per_user"

args = getResolvedOptions(sys.argv, ["bucket"])
spark = SparkSession.builder.getOrCreate()
dynamodb = boto3.resource("dynamodb")
latest = boto3.client("s3").get_object(Bucket=args["bucket"], Key="data/kpis/latest.json")["Body"].read()
handover = json.loads(latest)

folders = [f"s3://{args['bucket']}/data/kpis/{day.replace('-', '/')}" for day in handover["days"]]
found = {(name, day): [] for name in SORT_KEYS for day in handover["days"]}
for line in (
    spark.read.schema("listen_date string, table string, item string").json(folders).toLocalIterator()
):
    item = json.loads(line["item"])
    found[line["table"], line["listen_date"]].append(
        {**item, AVERAGE: Decimal(item[AVERAGE])} if AVERAGE in item else item
    )

for (name, day), items in found.items():
    table, sort_key = dynamodb.Table(name), SORT_KEYS[name]
    kept = {item.get(sort_key) for item in items}
    before = table.query(KeyConditionExpression=Key("listen_date").eq(day))["Items"]
    with table.batch_writer() as batch:
        for item in items:
            batch.put_item(Item=item)
        for item in before:
            if item.get(sort_key) not in kept:
                key = {"listen_date": day, sort_key: item[sort_key]} if sort_key else {"listen_date": day}
                batch.delete_item(Key=key)
    print(f"{day}: {len(items)} items in {name}")

files = dynamodb.Table("FileValidationMetadata")
for key in handover["files"]:
    files.update_item(
        Key={"file_key": key},
        UpdateExpression="SET kpi_ingestion_status = :status",
        ExpressionAttributeValues={":status": "SUCCESS"},
    )
