"""S3 event -> one run of the DAG: in MWAA where MWAA_ENVIRONMENT names one, else at AIRFLOW_URL."""

import json
import os
import urllib.request

DAG_RUNS = "/dags/music_streaming_pipeline/dagRuns"


def lambda_handler(event, context):
    if not event.get("Records"):
        return {"started": None}  # S3's test event
    run = {"logical_date": None}
    if os.environ.get("MWAA_ENVIRONMENT"):
        import boto3

        answer = boto3.client("mwaa").invoke_rest_api(
            Name=os.environ["MWAA_ENVIRONMENT"], Method="POST", Path=DAG_RUNS, Body=run
        )["RestApiResponse"]
    else:
        login = {"username": os.environ["AIRFLOW_USER"], "password": os.environ["AIRFLOW_PASSWORD"]}
        token = post("/auth/token", login)["access_token"]
        answer = post(f"/api/v2{DAG_RUNS}", run, {"Authorization": f"Bearer {token}"})
    return {"started": answer["dag_run_id"]}


def post(path, body, headers=None):
    request = urllib.request.Request(
        os.environ["AIRFLOW_URL"] + path,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **(headers or {})},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)
