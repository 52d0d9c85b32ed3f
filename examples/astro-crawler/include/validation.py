"""Raw CSV files -> processed/ as JSON lines, of which a crawler makes tables; what is not valid is named."""

import csv
import hashlib
import io
import json
import logging

REQUIRED = {
    "streams": {"user_id", "track_id", "listen_time"},
    "songs": {"track_id", "track_name", "track_genre", "duration_ms"},
    "users": {"user_id", "user_name"},
}
log = logging.getLogger(__name__)


def process_raw_files(s3, bucket):
    """Return the valid stream files (key and ETag), their batch, and why other files are not valid."""
    found = {kind: csv_files(s3, bucket, f"raw/{kind}/") for kind in REQUIRED}
    # Left by a run that failed: its raw files are still there.
    for key in keys(s3, bucket, "processed/"):
        if not key.endswith("/"):
            s3.delete_object(Bucket=bucket, Key=key)

    rejected = {}
    for kind, files in found.items():
        for key, etag in files.items():
            text = (
                s3.get_object(Bucket=bucket, Key=key, IfMatch=etag)["Body"]
                .read()
                .decode("utf-8-sig", "replace")
            )
            reader = csv.DictReader(io.StringIO(text, newline=""))
            missing = REQUIRED[kind] - set(reader.fieldnames or ())
            if missing:
                rejected[key] = f"without {', '.join(sorted(missing))}"
                log.warning("%s: not valid, %s", key, rejected[key])
                continue
            lines = [json.dumps({name: row[name] for name in sorted(REQUIRED[kind])}) for row in reader]
            target = f"processed/{kind}/{key.rsplit('/', 1)[-1].removesuffix('.csv')}.json"
            s3.put_object(Bucket=bucket, Key=target, Body="\n".join(lines).encode())
            log.info("%s: %s rows processed", key, len(lines))

    streams = {key: etag for key, etag in found["streams"].items() if key not in rejected}
    # The same files are the same batch: what is repeated writes to the same place.
    batch = hashlib.sha256(json.dumps(streams).encode()).hexdigest()[:12]
    return {"batch": batch, "streams": streams, "rejected": rejected}


def set_aside(s3, bucket, files):
    """Move files to rejected/."""
    for key in files:
        target = key.replace("raw/", "rejected/", 1)
        s3.copy_object(Bucket=bucket, Key=target, CopySource={"Bucket": bucket, "Key": key})
        s3.delete_object(Bucket=bucket, Key=key)


def csv_files(s3, bucket, prefix):
    """Return key and ETag of each CSV file of a folder."""
    return {key: etag for key, etag in keys(s3, bucket, prefix).items() if key.endswith(".csv")}


def keys(s3, bucket, prefix):
    """Return key and ETag of each object below a prefix."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return {each["Key"]: each["ETag"] for page in pages for each in page.get("Contents", [])}
