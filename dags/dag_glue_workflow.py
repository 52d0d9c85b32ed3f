"""### Music streams: from landed CSV files to KPIs in DynamoDB

`check_files` freezes the list of files present now; every later step works on that list only.
With no listens landed, and no dates in `pending/` to be recomputed, the run ends in `skip_execution`.
Otherwise each step is one Glue job of the same name:
check the files, compute the KPIs, load what changed into DynamoDB, archive the files. Once `check_archived`
has seen that the last one came to its end, the catalog is crawled. Subscribers are told of a run that failed,
and once when a later one has succeeded.

Every step is safe to repeat: clear it, or trigger the DAG again.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import partial

from airflow.providers.amazon.aws.operators.glue import GlueJobOperator
from airflow.providers.amazon.aws.operators.glue_crawler import GlueCrawlerOperator
from airflow.providers.amazon.aws.sensors.s3 import S3KeySensor
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.python import BranchPythonOperator, PythonOperator
from airflow.sdk import DAG, chain

from alerts import failure_alert, tell_if_well_again
from check_files import check_files
from dag_settings import DagSettings
from music_streams import layout
from record_failure import failure_recorder

SETTINGS = DagSettings.from_environment(os.environ)

# The run's id, without the characters that S3 keys and job arguments do not like.
BATCH_ID = "{{ run_id | replace(':', '') | replace('+', '_') }}"

record_failure = partial(failure_recorder, SETTINGS.bucket, SETTINGS.ledger_table)

# The next run makes up for every other step; for these only where new files have come.
RETRIES_OF_LAST_STEPS = 3 * SETTINGS.retries


def glue_step(name: str) -> GlueJobOperator:
    """One step that is one Glue job: named like it, and defined in infra/, not here.

    A run that somebody stopped counts as success when Airflow waits for it itself (only a deferred,
    quiet operator takes STOPPED for a failure). No harm: each job requires the result its predecessor
    writes last, and fails without it; check_archived does so for the last job. Likewise a retry picks up
    the run that is still going.
    """
    return GlueJobOperator(
        task_id=name,
        job_name=SETTINGS.name_prefix + name,
        script_args={"--batch_id": BATCH_ID},
        verbose=True,  # the job's own log shows in the task's log
        stop_job_run_on_kill=True,
        resume_glue_job_on_retry=True,
        job_poll_interval=SETTINGS.poll_seconds,
        waiter_delay=SETTINGS.poll_seconds,
        waiter_max_attempts=SETTINGS.polls_per_step,
    )


with DAG(
    dag_id="music_streaming_pipeline",
    description="Landed CSV files → listening KPIs in DynamoDB",
    doc_md=__doc__,
    schedule=SETTINGS.schedule,
    start_date=datetime(2024, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,  # two runs at once would both find the same files
    tags=["music-streams", "glue"],
    default_args={
        "owner": "music-streams",
        "retries": SETTINGS.retries,
        "retry_delay": SETTINGS.retry_delay,
        "execution_timeout": SETTINGS.step_timeout,
        "on_retry_callback": record_failure(f"Airflow tries the step again after {SETTINGS.retry_delay}"),
        "on_failure_callback": [
            record_failure("the next run takes the file up again"),
            failure_alert(SETTINGS),
        ],
    },
) as dag:
    start = BranchPythonOperator(
        task_id="check_files",
        python_callable=check_files,
        op_kwargs={"bucket": SETTINGS.bucket, "batch_id": BATCH_ID},
    )
    skip_execution = EmptyOperator(task_id="skip_execution")

    validate_input_files = glue_step("validate_input_files")
    calculate_metrics_etl = glue_step("calculate_metrics_etl")
    insert_metrics_dynamo = glue_step("insert_metrics_dynamo")
    archive_streams_files = glue_step("archive_streams_files")

    check_archived = S3KeySensor(
        task_id="check_archived",
        bucket_name=SETTINGS.bucket,
        bucket_key=layout.archived_key(BATCH_ID),
        timeout=0,  # it is there at once or never
    )
    crawl_music_streams = GlueCrawlerOperator(
        task_id="crawl_music_streams",
        retries=RETRIES_OF_LAST_STEPS,
        # The name alone: the operator updates what differs from this, and all else is infra/'s to say.
        config={"Name": SETTINGS.crawler},
        fail_on_already_running=False,
        poll_interval=SETTINGS.poll_seconds,
    )
    notify_success = PythonOperator(
        task_id="notify_success",
        retries=RETRIES_OF_LAST_STEPS,
        python_callable=tell_if_well_again,
        op_kwargs={"settings": SETTINGS},
    )

    start >> skip_execution
    chain(
        start,
        validate_input_files,
        calculate_metrics_etl,
        insert_metrics_dynamo,
        archive_streams_files,
        check_archived,
        crawl_music_streams,
        notify_success,
    )
