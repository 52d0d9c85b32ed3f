"""Files whose KPIs are loaded -> data/archive/YYYY/MM/DD/<timestamp>_<name>, unless they were replaced."""

import json
import sys
from datetime import datetime, timezone

import boto3
from awsglue.utils import getResolvedOptions

args = getResolvedOptions(sys.argv, ["bucket"])
bucket, now = args["bucket"], datetime.now(timezone.utc)
s3 = boto3.client("s3")
files = boto3.resource("dynamodb").Table("FileValidationMetadata")
handover = json.loads(s3.get_object(Bucket=bucket, Key="data/kpis/latest.json")["Body"].read())

for key, etag in handover["files"].items():
    name = f"{now:%Y%m%dT%H%M%S}_{key.rsplit('/', 1)[-1]}"
    source = {"Bucket": bucket, "Key": key}
    try:
        s3.copy_object(
            Bucket=bucket,
            Key=f"data/archive/{now:%Y/%m/%d}/{name}",
            CopySource=source,
            CopySourceIfMatch=etag,
        )
        s3.delete_object(Bucket=bucket, Key=key)
    except s3.exceptions.ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "PreconditionFailed":
            print(f"{key}: replaced by a newer file, which is the next run's")
            continue
        if code not in ("NoSuchKey", "404"):  # archived by an earlier try
            raise
    files.update_item(
        Key={"file_key": key},
        UpdateExpression="SET archival_status = :status",
        ExpressionAttributeValues={":status": "SUCCESS"},
    )
    print(f"{key}: archived")
