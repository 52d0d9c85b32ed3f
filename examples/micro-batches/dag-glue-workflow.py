"""Every five minutes: what lies in incoming/ goes through both Glue jobs, and then into the archive."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.providers.amazon.aws.operators.glue import GlueJobOperator
from airflow.sdk import dag, task

BUCKET, INCOMING = "music-streams", "incoming/"


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
    @task.short_circuit
    def check_files():
        """Freeze what this run works on; without a file there is nothing to do until the next tick."""
        pages = S3Hook().get_conn().get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=INCOMING)
        found = {each["Key"]: each["ETag"] for page in pages for each in page.get("Contents", [])}
        files = {key: etag for key, etag in sorted(found.items()) if key.endswith(".csv")}
        # The same files are the same batch: what is repeated writes to the same place.
        batch = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:12]
        return {"batch": batch, "files": files} if files else None

    @task
    def move_files(work):
        """Copy each file to archive/DATE/; only then, and only if it is still the same, remove it."""
        s3, folder = S3Hook().get_conn(), f"archive/{datetime.now(UTC):%Y-%m-%d}/{work['batch']}"
        for key, etag in work["files"].items():
            source = {"Bucket": BUCKET, "Key": key}
            name = key.removeprefix(INCOMING)
            try:
                s3.copy_object(
                    Bucket=BUCKET, Key=f"{folder}/{name}", CopySource=source, CopySourceIfMatch=etag
                )
                delete_unless_replaced(s3, key, etag)
            except s3.exceptions.ClientError as error:
                # Replaced by a newer file, which is the next run's; or moved by an earlier try of this task.
                if error.response["Error"]["Code"] not in ("PreconditionFailed", "NoSuchKey", "404"):
                    raise

    work = check_files()
    batch = "{{ ti.xcom_pull(task_ids='check_files')['batch'] }}"
    keys = "{{ ti.xcom_pull(task_ids='check_files')['files'] | list | tojson }}"
    glue_pyspark = GlueJobOperator(
        task_id="glue_pyspark",
        job_name="glue_pyspark",
        script_args={"--batch": batch, "--keys": keys},
    )
    glue_dynamo = GlueJobOperator(
        task_id="glue_dynamo", job_name="glue_dynamo", script_args={"--batch": batch}
    )

    work >> glue_pyspark >> glue_dynamo >> move_files(work)


dag_glue_workflow()
