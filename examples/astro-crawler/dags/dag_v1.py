"""Once a day: raw CSV files are validated and processed, crawled, made into KPIs in DynamoDB, archived."""

import logging
from datetime import UTC, datetime, timedelta

from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.providers.amazon.aws.notifications.ses import SesNotifier
from airflow.providers.amazon.aws.operators.glue import GlueJobOperator
from airflow.providers.amazon.aws.operators.glue_crawler import GlueCrawlerOperator
from airflow.sdk import Variable, dag, task
from include.validation import process_raw_files, set_aside

AWS = "aws_music"  # a connection of airflow_settings.yaml
log = logging.getLogger(__name__)

mail = SesNotifier(
    aws_conn_id=AWS,
    mail_from="{{ var.value.mail_from }}",
    to="{{ var.value.mail_to }}",
    subject="{{ dag.dag_id }} failed",
    html_content="Run {{ run_id }} failed: its log says why.",
)


def delete_unless_replaced(s3, bucket, key, etag):
    """Remove a file if it is still the same one: S3 compares as it deletes."""
    try:
        s3.delete_object(Bucket=bucket, Key=key, IfMatch=etag)
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "NotImplemented":
            raise
        # A store that cannot compare, such as LocalStack 4.14: a look right before is all there is.
        if s3.head_object(Bucket=bucket, Key=key)["ETag"] == etag:
            s3.delete_object(Bucket=bucket, Key=key)


@dag(
    schedule="@daily",
    start_date=datetime(2024, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 1, "retry_delay": timedelta(seconds=10)},
    on_failure_callback=mail,
)
def dag_v1():
    @task
    def validate_files():
        """Rows of valid files go to processed/; the other files are named, and why they are not valid."""
        return process_raw_files(S3Hook(AWS).get_conn(), Variable.get("data_bucket"))

    @task.short_circuit(ignore_downstream_trigger_rules=False)
    def check_streams(files):
        """Without a valid stream file nothing is computed; the others are reported all the same."""
        log.info("%s stream files", len(files["streams"]))
        return bool(files["streams"])

    @task
    def archive_files(files, prefix):
        """Move what this run has read, and all that is processed, to the archive bucket; folders stay."""
        s3, bucket, archive = (
            S3Hook(AWS).get_conn(),
            Variable.get("data_bucket"),
            Variable.get("archive_bucket"),
        )
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="processed/")
        processed = {each["Key"]: each["ETag"] for page in pages for each in page.get("Contents", [])}
        for key, etag in {**files["streams"], **processed}.items():
            if key.endswith("/"):
                continue
            source = {"Bucket": bucket, "Key": key}
            try:
                s3.copy_object(Bucket=archive, Key=prefix + key, CopySource=source, CopySourceIfMatch=etag)
                delete_unless_replaced(s3, bucket, key, etag)
            except s3.exceptions.ClientError as error:
                # Replaced by a newer file, which is the next run's; or moved by an earlier try of this task.
                if error.response["Error"]["Code"] not in ("PreconditionFailed", "NoSuchKey", "404"):
                    raise
            log.info("%s: archived", key)

    @task(trigger_rule="none_failed", retries=0)
    def report_rejected(files):
        """Set aside what is not valid, and fail the run at its end: a mail is sent, the others are loaded."""
        set_aside(S3Hook(AWS).get_conn(), Variable.get("data_bucket"), files["rejected"])
        if files["rejected"]:
            raise ValueError(f"set aside in rejected/: {files['rejected']}")
        log.info("all files were valid")

    files = validate_files()
    crawl_processed = GlueCrawlerOperator(
        task_id="crawl_processed", aws_conn_id=AWS, config={"Name": "processed_music"}
    )
    compute_kpis = GlueJobOperator(
        task_id="compute_kpis",
        aws_conn_id=AWS,
        job_name="compute_kpis",
        script_args={
            "--database": "music_catalog",
            "--curated": "s3://{{ var.value.data_bucket }}/curated",
            "--batch": "{{ ti.xcom_pull(task_ids='validate_files')['batch'] }}",
        },
    )
    # The macro is a plugin of this project.
    archived = archive_files(files, "{{ macros.music.archive_folder(run_id) }}")
    check_streams(files) >> crawl_processed >> compute_kpis >> archived >> report_rejected(files)


dag_v1()
