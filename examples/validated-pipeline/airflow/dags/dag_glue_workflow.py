"""Every five minutes: files are validated before the first Glue job; what is not valid goes no further."""

import csv
import hashlib
import json
from datetime import UTC, datetime, timedelta

from airflow.exceptions import AirflowFailException, AirflowSkipException
from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.providers.amazon.aws.operators.glue import GlueJobOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.python import BranchPythonOperator, PythonOperator
from airflow.sdk import DAG

BUCKET, ROOT = "song-kpis-of-the-team", "spotify_data"
REQUIRED = {
    "songs": {"track_id", "track_name", "artists", "track_genre", "duration_ms"},
    "users": {"user_id", "user_name"},
    "user_streams": {"user_id", "track_id", "listen_time"},
}
WORK = "ti.xcom_pull(task_ids='validate_files')"


def csv_files(kind):
    """Return key and ETag of each CSV file of a folder."""
    pages = (
        S3Hook().get_conn().get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=f"{ROOT}/{kind}/")
    )
    found = {each["Key"]: each["ETag"] for page in pages for each in page.get("Contents", [])}
    return {key: etag for key, etag in sorted(found.items()) if key.endswith(".csv")}


def check_files():
    """Without songs, users and streams nothing is done."""
    return "validate_files" if all(map(csv_files, REQUIRED)) else "skip_execution"


def fault(kind, key, etag):
    """Return what is wrong with a file's structure or columns; None if nothing is."""
    body = S3Hook().get_conn().get_object(Bucket=BUCKET, Key=key, IfMatch=etag)["Body"].read()
    try:
        header, *rows = csv.reader(body.decode("utf-8-sig").splitlines(keepends=True), strict=True)
    except (ValueError, csv.Error) as error:
        return f"no CSV file: {error}"
    if missing := REQUIRED[kind] - set(header):
        return f"without {', '.join(sorted(missing))}"
    uneven = next((number for number, row in enumerate(rows, 2) if len(row) != len(header)), None)
    return f"row {uneven} has not {len(header)} fields" if uneven else None


def validate_files():
    """Freeze the valid streams; the others go to invalid/. Songs or users that are not valid end the run."""
    for kind in ("songs", "users"):
        if faults := {key: why for key, etag in csv_files(kind).items() if (why := fault(kind, key, etag))}:
            raise AirflowFailException(f"not valid: {faults}")

    streams = csv_files("user_streams")
    for key, etag in list(streams.items()):
        if why := fault("user_streams", key, etag):
            print(f"{key}: not valid, {why}")
            move(key, streams.pop(key), f"{ROOT}/invalid")
    if not streams:
        raise AirflowSkipException("no stream file is valid")
    # The same files are the same batch: what is repeated writes to the same place.
    return {"batch": hashlib.sha256(json.dumps(streams).encode()).hexdigest()[:12], "streams": streams}


def archive_streams(ti):
    """Move each stream file of this run to the archive."""
    work = ti.xcom_pull(task_ids="validate_files")
    for key, etag in work["streams"].items():
        move(key, etag, f"{ROOT}/archive/{datetime.now(UTC):%Y-%m-%d}/{work['batch']}")


def delete_unless_replaced(s3, key, etag):
    """Remove a file if it is still the same one: S3 compares as it deletes."""
    try:
        s3.delete_object(Bucket=BUCKET, Key=key, IfMatch=etag)
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "NotImplemented":
            raise
        # A store that cannot compare, such as LocalStack 4.14: a look right before is all there is.
        if s3.head_object(Bucket=BUCKET, Key=key)["ETag"] == etag:
            s3.delete_object(Bucket=BUCKET, Key=key)


def move(key, etag, folder):
    """Copy a file; only then, and only if it is still the same, remove it."""
    s3, source = S3Hook().get_conn(), {"Bucket": BUCKET, "Key": key}
    target = f"{folder}/{key.rsplit('/', 1)[-1]}"
    try:
        s3.copy_object(Bucket=BUCKET, Key=target, CopySource=source, CopySourceIfMatch=etag)
        delete_unless_replaced(s3, key, etag)
    except s3.exceptions.ClientError as error:
        # Replaced by a newer file, which is the next run's; or moved by an earlier try of this task.
        if error.response["Error"]["Code"] not in ("PreconditionFailed", "NoSuchKey", "404"):
            raise


with DAG(
    "validated_glue_workflow",
    schedule=timedelta(minutes=5),
    start_date=datetime(2024, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 1, "retry_delay": timedelta(seconds=10)},
):
    check = BranchPythonOperator(task_id="check_files", python_callable=check_files)
    validate = PythonOperator(task_id="validate_files", python_callable=validate_files)
    calculate_metrics_etl = GlueJobOperator(
        task_id="calculate_metrics_etl",
        job_name="calculate_metrics_etl",
        script_location="s3://song-kpis-of-the-team/scripts/glue_pyspark.py",
        script_args={
            "--bucket": BUCKET,
            "--batch": f"{{{{ {WORK}['batch'] }}}}",
            "--keys": f"{{{{ {WORK}['streams'] | list | tojson }}}}",
        },
    )
    insert_metrics_dynamo = GlueJobOperator(
        task_id="insert_metrics_dynamo",
        job_name="insert_metrics_dynamo",
        script_args={"--bucket": BUCKET, "--batch": f"{{{{ {WORK}['batch'] }}}}"},
    )
    archive = PythonOperator(task_id="archive_streams", python_callable=archive_streams)

    check >> [validate, EmptyOperator(task_id="skip_execution")]
    validate >> calculate_metrics_etl >> insert_metrics_dynamo >> archive
