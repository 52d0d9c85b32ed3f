"""Airflow's GlueJobOperator, unmodified: deferred, killed, and resumed on retry."""

from __future__ import annotations

from pathlib import Path

import pytest
from service.glue.support import ROLE, Stage
from service.glue.test_clients import AIRFLOW, airflow

pytestmark = pytest.mark.skipif(not AIRFLOW.exists(), reason="Airflow is not installed: run `make up` first")

HEAD = f"""
import asyncio, logging, sys, threading, time
logging.basicConfig(level=logging.INFO, stream=sys.stderr)
from airflow.providers.amazon.aws.operators.glue import GlueJobOperator
from airflow.sdk.exceptions import TaskDeferred

class Ti:
    dag_id, task_id, run_id, map_index = "d", "t", "manual", -1
    def xcom_push(self, *_, **__): pass
    def xcom_pull(self, *_, **__): return None

context = {{"ti": Ti()}}

def operator(job, **options):
    return GlueJobOperator(
        task_id="t", job_name=job, aws_conn_id=None, iam_role_arn={ROLE!r}, job_poll_interval=0.2, **options)
"""
DEFERRED = """
def deferred(job, **options):
    task = operator(job, deferrable=True, waiter_delay=1, waiter_max_attempts=60, **options)
    try:
        task.execute(context)
    except TaskDeferred as deferral:
        async def first():
            async for event in deferral.trigger.run():
                return event.payload
        return task.execute_complete(context, asyncio.run(first()))

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
RESUMED = """
first = operator({job!r}, resume_glue_job_on_retry=True, wait_for_completion=False)
run_id = first.execute(context)
again = operator({job!r}, resume_glue_job_on_retry=True)
print("RESUMED", run_id, again.execute(context))
"""


def words(done: str, mark: str) -> list[list[str]]:
    """The words of the lines that begin with a mark, without it."""
    return [line.split()[1:] for line in done.splitlines() if line.startswith(mark)]


def test_deferred_it_waits_in_the_trigger_and_knows_the_outcome(stage: Stage, tmp_path: Path) -> None:
    good = stage.job("import time\ntime.sleep(1)\nprint('hello from the job')")
    bad = stage.job("import time\ntime.sleep(1)\nraise ValueError('as it must')")
    done = airflow(stage, tmp_path, HEAD + DEFERRED.format(good=good, bad=bad))
    assert done.returncode == 0, done.stderr
    runs = [stage.run(good, run_id) for (run_id,) in words(done.stdout, "DONE")]
    assert [run["JobRunState"] for run in runs] == ["SUCCEEDED"] * 2
    failures = words(done.stdout, "FAILED")
    assert len(failures) == 2
    assert "ValueError: as it must" in " ".join(failures[0])
    assert "hello from the job" in done.stderr + done.stdout


def test_killed_it_stops_its_run(stage: Stage, tmp_path: Path) -> None:
    job = stage.job("import time\ntime.sleep(300)")
    done = airflow(stage, tmp_path, HEAD + KILLED.format(job=job))
    assert done.returncode == 0, done.stderr
    ((run_id, is_waiting),) = words(done.stdout, "KILLED")
    assert is_waiting == "False"
    assert stage.wait(job, run_id)["JobRunState"] == "STOPPED"


def test_tried_again_it_resumes_the_run_under_way(stage: Stage, tmp_path: Path) -> None:
    job = stage.job("import time\ntime.sleep(3)")
    done = airflow(stage, tmp_path, HEAD + RESUMED.format(job=job))
    assert done.returncode == 0, done.stderr
    ((started, resumed),) = words(done.stdout, "RESUMED")
    assert started == resumed
    runs = stage.aws("glue").get_job_runs(JobName=job)["JobRuns"]
    assert [(run["Id"], run["JobRunState"]) for run in runs] == [(started, "SUCCEEDED")]
    assert runs[0]["Arguments"] == {"--airflow_task_uuid": "d:t:manual:-1"}
