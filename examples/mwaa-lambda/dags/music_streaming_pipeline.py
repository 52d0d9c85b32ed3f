"""Stream files that landed: validated, made into KPIs, loaded into DynamoDB, archived."""

from datetime import timedelta

import boto3
from airflow import DAG
from airflow.operators.python import ShortCircuitOperator
from airflow.providers.amazon.aws.operators.glue import GlueJobOperator
from airflow.utils.dates import days_ago
from boto3.dynamodb.conditions import Attr

BUCKET = "music-streaming-analytics"


def has_valid_files(**context):
    """Without a file that is valid and not yet archived, nothing is left to be done."""
    table = boto3.resource("dynamodb").Table("FileValidationMetadata")
    waiting = Attr("validation_status").eq("SUCCESS") & Attr("archival_status").not_exists()
    return bool(table.scan(FilterExpression=waiting)["Items"])


with DAG(
    dag_id="music_streaming_pipeline",
    schedule_interval=None,  # the S3 event starts it
    start_date=days_ago(1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 15, "retry_delay": timedelta(minutes=1)},
) as dag:
    validate_input_files = GlueJobOperator(
        task_id="validate_input_files",
        job_name="validate_input_files",
        script_args={"--bucket": BUCKET},
    )
    check_valid_files = ShortCircuitOperator(
        task_id="check_valid_files", python_callable=has_valid_files, provide_context=True
    )
    transform_compute_kpis = GlueJobOperator(
        task_id="transform_compute_kpis",
        job_name="transform_compute_kpis",
        script_args={"--bucket": BUCKET},
    )
    load_kpis_to_dynamodb = GlueJobOperator(
        task_id="load_kpis_to_dynamodb",
        job_name="load_kpis_to_dynamodb",
        script_args={"--bucket": BUCKET},
    )
    archive_streams_files = GlueJobOperator(
        task_id="archive_streams_files",
        job_name="archive_streams_files",
        script_args={"--bucket": BUCKET},
    )

    validate_input_files >> check_valid_files >> transform_compute_kpis
    transform_compute_kpis >> load_kpis_to_dynamodb >> archive_streams_files
