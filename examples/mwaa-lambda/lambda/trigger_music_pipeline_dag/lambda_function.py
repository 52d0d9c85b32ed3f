"""S3 event -> one run of the DAG, in the MWAA environment that MWAA_ENVIRONMENT names."""

import os

import boto3


def lambda_handler(event, context):
    if not event.get("Records"):
        return {"started": None}  # S3's test event
    answer = boto3.client("mwaa").invoke_rest_api(
        Name=os.environ["MWAA_ENVIRONMENT"],
        Method="POST",
        Path="/dags/music_streaming_pipeline/dagRuns",
        Body={"conf": {}},
    )
    return {"started": answer["RestApiResponse"]["dag_run_id"]}
