"""Clients that people use: awslocal, and Airflow's Glue operators, unmodified."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from glue_service.airflow_client import AIRFLOW, airflow
from glue_service.aws import BUCKET, ROLE
from glue_service.service import GlueService

JOB_OPERATOR = """
import logging, sys
logging.basicConfig(level=logging.INFO, stream=sys.stderr)
from airflow.providers.amazon.aws.operators.glue import GlueJobOperator
operator = GlueJobOperator(
    task_id="t", job_name={job!r}, script_args={{"--batch_id": "7"}}, script_location={script!r},
    iam_role_arn={role!r},
    create_job_kwargs={{"Command": {{"Name": "pythonshell", "ScriptLocation": {script!r}}}}},
    num_of_dpus=1,  # the default of 10 is for Spark: Glue refuses it here
    verbose=True, aws_conn_id=None, job_poll_interval=0.2,
)
print(operator.execute({{"ti": type("Ti", (), {{"xcom_push": lambda *a, **k: None}})()}}))
"""


def test_awslocal_lists_jobs_and_objects_at_one_endpoint(service: GlueService) -> None:
    job = service.job("")
    env = {**os.environ, "AWS_ENDPOINT_URL": service.url, "AWS_DEFAULT_REGION": "us-east-1"}
    awslocal = str(Path(sys.executable).parent / "awslocal")
    command = [awslocal, "--output", "json", "glue", "get-job", "--job-name", job]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["Job"]["Name"] == job
    done = subprocess.run(
        [awslocal, "s3", "ls"], env=env, capture_output=True, text=True, check=False, timeout=60
    )
    assert BUCKET in done.stdout


@pytest.mark.skipif(not AIRFLOW.exists(), reason="Airflow is not installed: run `make up` first")
def test_the_glue_job_operator_creates_runs_and_shows_a_job(service: GlueService, tmp_path: Path) -> None:
    job = f"operator-{uuid.uuid4().hex[:8]}"
    script = service.upload("import sys; print('batch', sys.argv)")
    done = airflow(service, tmp_path, JOB_OPERATOR.format(job=job, script=script, role=ROLE))
    assert done.returncode == 0, done.stderr
    run_id = done.stdout.split()[-1]
    assert service.run(job, run_id)["JobRunState"] == "SUCCEEDED"
    assert "batch [" in done.stdout + done.stderr
    failing = service.job("raise ValueError('as it must')")
    done = airflow(service, tmp_path, JOB_OPERATOR.format(job=failing, script=script, role=ROLE))
    assert done.returncode != 0
    assert "ValueError: as it must" in done.stdout + done.stderr
