"""Airflow's GlueJobOperator and sensors, unmodified: in all the ways that a DAG may use them."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from glue_service.airflow_client import AIRFLOW, airflow
from glue_service.aws import BUCKET, ROLE
from glue_service.service import GlueService

pytestmark = pytest.mark.skipif(not AIRFLOW.exists(), reason="Airflow is not installed: run `make up` first")

HEAD = f"""
import asyncio, logging, sys, threading, time
logging.basicConfig(level=logging.INFO, stream=sys.stderr)
from airflow.providers.amazon.aws.operators.glue import GlueJobOperator
from airflow.sdk.exceptions import TaskDeferred
from airflow.sdk.module_loading import import_string

class Ti:
    dag_id, task_id, run_id, map_index = "d", "t", "manual", -1
    def xcom_push(self, *_, **__): pass
    def xcom_pull(self, *_, **__): return None

context = {{"ti": Ti()}}

def operator(job, **options):
    return GlueJobOperator(
        task_id="t", job_name=job, aws_conn_id=None, iam_role_arn={ROLE!r}, job_poll_interval=0.2, **options)

def outcome(task):
    \"\"\"What a task gives, also when a trigger has to wait for it: rebuilt, as the triggerer does.\"\"\"
    try:
        return task.execute(context)
    except TaskDeferred as deferral:
        path, arguments = deferral.trigger.serialize()
        trigger = import_string(path)(**arguments)
        async def first():
            async for event in trigger.run():
                return event.payload
        return getattr(task, deferral.method_name)(context, asyncio.run(first()))
"""
DEFERRED = """
def deferred(job, **options):
    return outcome(operator(job, deferrable=True, waiter_delay=1, waiter_max_attempts=60, **options))

for verbose in (False, True):
    print("DONE", deferred({good!r}, verbose=verbose))
    try:
        deferred({bad!r}, verbose=verbose)
    except Exception as error:
        print("FAILED", str(error).replace(chr(10), " "))
"""
KILLED = """
task = operator({job!r}, stop_job_run_on_kill=True)
thread = threading.Thread(target=task.execute, args=(context,))
thread.start()
while task._job_run_id is None or task.hook.get_job_state({job!r}, task._job_run_id) != "RUNNING":
    time.sleep(0.1)
task.on_kill()
thread.join(60)
print("KILLED", task._job_run_id, thread.is_alive())
"""
CREATED = """
import pathlib
from botocore.exceptions import ClientError

pathlib.Path("etl.py").write_text("import sys, time; print(sys.argv[1:]); time.sleep(float(sys.argv[2]))")

def created(seconds, **options):
    return GlueJobOperator(
        task_id="t", job_name={job!r}, aws_conn_id=None, job_poll_interval=0.2, iam_role_name={role!r},
        script_location="etl.py", s3_bucket={bucket!r}, replace_script_file=True, num_of_dpus=1,
        script_args={{"--seconds": seconds}},
        create_job_kwargs={{"Command": {{
            "Name": "pythonshell", "ScriptLocation": "s3://{bucket}/artifacts/glue-scripts/etl.py"}}}},
        **options)

options = dict(run_job_kwargs={{"Timeout": 77}}, concurrent_run_limit=2, retry_limit=1, job_desc="first")
print("RUN", created("0", **options).execute(context))
print("RUN", created("0", update_config=True, job_desc="second").execute(context))
under_way = created("300", wait_for_completion=False, stop_job_run_on_kill=True)
print("RUN", under_way.execute(context))
try:
    created("0").execute(context)
except ClientError as error:
    print("REFUSED", error.response["Error"]["Code"])
under_way.on_kill()
"""
SENSED = """
from airflow.providers.amazon.aws.hooks.glue_catalog import GlueCatalogHook
from airflow.providers.amazon.aws.sensors.glue import GlueJobSensor
from airflow.providers.amazon.aws.sensors.glue_catalog_partition import GlueCatalogPartitionSensor

def result(task):
    try:
        return outcome(task)
    except Exception as error:
        return type(error).__name__ + " " + str(error).replace(chr(10), " ")

for deferrable in (False, True):
    for job in ({good!r}, {bad!r}):
        run_id = operator(job, wait_for_completion=False).execute(context)
        sensor = GlueJobSensor(
            task_id="s", job_name=job, run_id=run_id, poke_interval=1, verbose=True, deferrable=deferrable,
            aws_conn_id=None)
        print("SENSED", run_id, result(sensor))

catalog = GlueCatalogHook(aws_conn_id=None)
for day, deferrable in (("1", False), ("2", True)):
    sensor = GlueCatalogPartitionSensor(
        task_id="s", table_name="{database}.t", expression=f"day={{day}} AND kind='a'", poke_interval=1,
        deferrable=deferrable, aws_conn_id=None)
    came = []
    thread = threading.Thread(target=lambda: came.append(result(sensor)))
    print("PARTITION", catalog.check_for_partition({database!r}, "t", sensor.expression))
    thread.start()
    catalog.create_partition({database!r}, "t", {{"Values": [day, "a"]}})
    thread.join(60)
    print("PARTITION", came)
"""
RESUMED = """
first = operator({job!r}, resume_glue_job_on_retry=True, wait_for_completion=False)
run_id = first.execute(context)
again = operator({job!r}, resume_glue_job_on_retry=True)
print("RESUMED", run_id, again.execute(context))
"""


def words(done: str, mark: str) -> list[list[str]]:
    """The words of the lines that begin with a mark, without it."""
    return [line.split()[1:] for line in done.splitlines() if line.startswith(mark)]


def test_deferred_it_waits_in_the_trigger_and_knows_the_outcome(service: GlueService, tmp_path: Path) -> None:
    good = service.job("import time\ntime.sleep(1)\nprint('hello from the job')")
    bad = service.job("import time\ntime.sleep(1)\nraise ValueError('as it must')")
    done = airflow(service, tmp_path, HEAD + DEFERRED.format(good=good, bad=bad))
    assert done.returncode == 0, done.stderr
    runs = [service.run(good, run_id) for (run_id,) in words(done.stdout, "DONE")]
    assert [run["JobRunState"] for run in runs] == ["SUCCEEDED"] * 2
    failures = words(done.stdout, "FAILED")
    assert len(failures) == 2
    assert "ValueError: as it must" in " ".join(failures[0])
    assert "hello from the job" in done.stderr + done.stdout


def test_it_uploads_the_script_creates_and_updates_the_job_and_keeps_to_its_limits(
    service: GlueService, tmp_path: Path
) -> None:
    job = f"created-{uuid.uuid4().hex[:8]}"
    code = CREATED.format(job=job, role=ROLE.rpartition("/")[2], bucket=BUCKET)
    done = airflow(service, tmp_path, HEAD + code)
    assert done.returncode == 0, done.stderr
    assert words(done.stdout, "REFUSED") == [["ConcurrentRunsExceededException"]]
    first, second, stopped = (service.wait(job, run_id) for (run_id,) in words(done.stdout, "RUN"))
    states = [run["JobRunState"] for run in (first, second, stopped)]
    assert states == ["SUCCEEDED", "SUCCEEDED", "STOPPED"]
    assert service.lines(first) == ["['--seconds', '0']"]
    assert (first["Timeout"], second["Timeout"]) == (77, 2880)
    found = service.aws("glue").get_job(JobName=job)["Job"]
    assert found["Role"] == ROLE
    assert found["LogUri"] == f"s3://{BUCKET}/logs/glue-logs/{job}"
    changed = (found["Description"], found["ExecutionProperty"]["MaxConcurrentRuns"], found["MaxRetries"])
    assert changed == ("second", 1, 0)


def test_the_sensors_wait_for_runs_and_partitions(service: GlueService, tmp_path: Path) -> None:
    good = service.job("import time\nprint('seen by the sensor')\ntime.sleep(1)")
    bad = service.job("raise ValueError('as it must')")
    database = f"sensed_{uuid.uuid4().hex[:8]}"
    keys = [{"Name": "day", "Type": "int"}, {"Name": "kind", "Type": "string"}]
    service.aws("glue").create_database(DatabaseInput={"Name": database})
    service.aws("glue").create_table(
        DatabaseName=database, TableInput={"Name": "t", "PartitionKeys": keys, "StorageDescriptor": {}}
    )
    done = airflow(service, tmp_path, HEAD + SENSED.format(good=good, bad=bad, database=database))
    assert done.returncode == 0, done.stderr
    sensed = words(done.stdout, "SENSED")
    assert [said[1] for said in sensed] == ["None", "AirflowException"] * 2
    ended = [
        service.run(job, said[0])["JobRunState"] for job, said in zip([good, bad] * 2, sensed, strict=True)
    ]
    assert ended == ["SUCCEEDED", "FAILED"] * 2
    assert (done.stdout + done.stderr).count("seen by the sensor") >= 2
    assert words(done.stdout, "PARTITION") == [["False"], ["[None]"]] * 2


def test_killed_it_stops_its_run(service: GlueService, tmp_path: Path) -> None:
    job = service.job("import time\ntime.sleep(300)")
    done = airflow(service, tmp_path, HEAD + KILLED.format(job=job))
    assert done.returncode == 0, done.stderr
    ((run_id, is_waiting),) = words(done.stdout, "KILLED")
    assert is_waiting == "False"
    assert service.wait(job, run_id)["JobRunState"] == "STOPPED"


def test_tried_again_it_resumes_the_run_under_way(service: GlueService, tmp_path: Path) -> None:
    job = service.job("import time\ntime.sleep(3)")
    done = airflow(service, tmp_path, HEAD + RESUMED.format(job=job))
    assert done.returncode == 0, done.stderr
    ((started, resumed),) = words(done.stdout, "RESUMED")
    assert started == resumed
    runs = service.aws("glue").get_job_runs(JobName=job)["JobRuns"]
    assert [(run["Id"], run["JobRunState"]) for run in runs] == [(started, "SUCCEEDED")]
    assert runs[0]["Arguments"] == {"--airflow_task_uuid": "d:t:manual:-1"}
