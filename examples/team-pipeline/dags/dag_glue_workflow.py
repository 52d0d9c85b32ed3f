"""Every five minutes: songs, users and new streams -> KPIs per song and day -> DynamoDB -> archive."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.providers.amazon.aws.operators.glue import GlueJobOperator
from airflow.providers.amazon.aws.sensors.glue import GlueJobSensor
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import dag, task

BUCKET, ROOT = "team-music-analytics", "spotify_data"


def csv_files(folder):
    """Return key and ETag of each CSV file of a folder."""
    pages = S3Hook().get_conn().get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=folder)
    found = {each["Key"]: each["ETag"] for page in pages for each in page.get("Contents", [])}
    return {key: etag for key, etag in sorted(found.items()) if key.endswith(".csv")}


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


@dag(
    schedule="*/5 * * * *",
    start_date=datetime(2024, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 1, "retry_delay": timedelta(seconds=10)},
)
def dag_glue_workflow():
    @task.branch
    def check_files(ti=None):
        """Freeze the streams that this run works on; without songs, users and streams it does nothing."""
        streams = csv_files(f"{ROOT}/user_streams/")
        if not (streams and csv_files(f"{ROOT}/songs/") and csv_files(f"{ROOT}/users/")):
            return "skip_execution"
        # The same files are the same batch: what is repeated writes to the same place.
        batch = hashlib.sha256(json.dumps(streams).encode()).hexdigest()[:12]
        ti.xcom_push("work", {"batch": batch, "streams": streams})
        return "calculate_metrics_etl"

    @task
    def archive_streams(work):
        """Copy each stream file to the archive; only then, and only if it is still the same, remove it."""
        s3, folder = S3Hook().get_conn(), f"{ROOT}/archive/{datetime.now(UTC):%Y-%m-%d}/{work['batch']}"
        for key, etag in work["streams"].items():
            name = key.removeprefix(f"{ROOT}/user_streams/")
            source = {"Bucket": BUCKET, "Key": key}
            try:
                s3.copy_object(
                    Bucket=BUCKET, Key=f"{folder}/{name}", CopySource=source, CopySourceIfMatch=etag
                )
                delete_unless_replaced(s3, key, etag)
            except s3.exceptions.ClientError as error:
                # Replaced by a newer file, which is the next run's; or moved by an earlier try of this task.
                if error.response["Error"]["Code"] not in ("PreconditionFailed", "NoSuchKey", "404"):
                    raise

    work = "ti.xcom_pull(task_ids='check_files', key='work')"
    calculate_metrics_etl = GlueJobOperator(
        task_id="calculate_metrics_etl",
        job_name="calculate_metrics_etl",
        script_location="s3://team-music-analytics/scripts/glue_pyspark.py",
        script_args={
            "--bucket": BUCKET,
            "--batch": f"{{{{ {work}['batch'] }}}}",
            "--keys": f"{{{{ {work}['streams'] | list | tojson }}}}",
        },
        wait_for_completion=False,
    )
    wait_for_metrics = GlueJobSensor(
        task_id="wait_for_metrics",
        job_name="calculate_metrics_etl",
        run_id=calculate_metrics_etl.output,
        poke_interval=5,
    )
    insert_metrics_dynamo = GlueJobOperator(
        task_id="insert_metrics_dynamo",
        job_name="insert_metrics_dynamo",
        script_args={"--bucket": BUCKET, "--batch": f"{{{{ {work}['batch'] }}}}"},
    )

    checked = check_files()
    checked >> EmptyOperator(task_id="skip_execution")
    checked >> calculate_metrics_etl >> wait_for_metrics >> insert_metrics_dynamo
    insert_metrics_dynamo >> archive_streams(checked.operator.output["work"])


dag_glue_workflow()
