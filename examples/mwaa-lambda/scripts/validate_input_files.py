"""Each new stream file is valid, or goes to data/error/; FileValidationMetadata says which."""

import csv
import sys

import boto3
from awsglue.utils import getResolvedOptions

REQUIRED = {"user_id", "track_id", "listen_time"}

args = getResolvedOptions(sys.argv, ["bucket"])
bucket = args["bucket"]
s3 = boto3.client("s3")
files = boto3.resource("dynamodb").Table("FileValidationMetadata")


def missing_columns(key, etag):
    lines = s3.get_object(Bucket=bucket, Key=key, IfMatch=etag)["Body"].iter_lines()
    header = next(csv.reader([next(lines, b"").decode("utf-8-sig", errors="replace")]), [])
    return REQUIRED - {name.strip().lower() for name in header}


pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="data/raw/streams/")
for found in (each for page in pages for each in page.get("Contents", [])):
    key, etag = found["Key"], found["ETag"]
    if not key.endswith(".csv"):
        continue

    missing = missing_columns(key, etag)
    if missing:
        name = key.rsplit("/", 1)[-1]
        source = {"Bucket": bucket, "Key": key}
        s3.copy_object(Bucket=bucket, Key=f"data/error/{name}", CopySource=source, CopySourceIfMatch=etag)
        files.put_item(
            Item={"file_key": key, "validation_status": "FAILED", "error": f"without {sorted(missing)}"}
        )
        s3.delete_object(Bucket=bucket, Key=key)
        print(f"{key}: FAILED, without {sorted(missing)}")
    else:
        files.put_item(Item={"file_key": key, "etag": etag, "validation_status": "SUCCESS"})
        print(f"{key}: SUCCESS")
