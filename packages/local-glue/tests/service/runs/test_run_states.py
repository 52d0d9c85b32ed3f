"""Stop, timeout, retries, concurrency and queueing of runs."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from glue_service.aws import BUCKET
from glue_service.processes import SLEEP_WITH_CHILDREN, is_alive, pids_of
from glue_service.service import GlueService
from glue_service.waiting import wait_for

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client

SLEEP = "import time\nprint('up')\ntime.sleep(300)"


def test_stop_ends_the_whole_process_tree(service: GlueService, glue: GlueClient) -> None:
    job = service.job(SLEEP_WITH_CHILDREN, MaxRetries=1)
    run_id = service.start(job)
    pids = pids_of(service, job, run_id)
    assert all(is_alive(pid) for pid in pids)
    answer = glue.batch_stop_job_run(JobName=job, JobRunIds=[run_id])
    assert answer["SuccessfulSubmissions"] == [{"JobName": job, "JobRunId": run_id}]
    assert answer["Errors"] == []
    assert service.run(job, run_id)["JobRunState"] in ("STOPPING", "STOPPED")
    run = service.wait(job, run_id)
    assert run["JobRunState"] == "STOPPED"
    assert "ErrorMessage" not in run
    assert not any(is_alive(pid) for pid in pids)
    assert len(glue.get_job_runs(JobName=job)["JobRuns"]) == 1


def test_what_cannot_be_stopped_is_told_run_by_run(service: GlueService, glue: GlueClient) -> None:
    job = service.job("print(1)")
    run = service.finish(job)
    answer = glue.batch_stop_job_run(JobName=job, JobRunIds=[run["Id"], "jr_none"])
    assert answer["SuccessfulSubmissions"] == []
    assert [error["ErrorDetail"]["ErrorCode"] for error in answer["Errors"]] == [
        "JobRunInvalidStateTransitionException",
        "EntityNotFoundException",
    ]
    assert service.run(job, run["Id"])["JobRunState"] == "SUCCEEDED"


def test_a_run_past_its_timeout_is_ended_and_not_retried(service: GlueService, glue: GlueClient) -> None:
    job = service.job(SLEEP_WITH_CHILDREN, MaxRetries=1)
    run_id = service.start(job, Timeout=2)
    pids = pids_of(service, job, run_id)
    run = service.wait(job, run_id)
    assert run["JobRunState"] == "TIMEOUT"
    assert run["Timeout"] == 2
    assert run["ExecutionTime"] >= 2
    assert not any(is_alive(pid) for pid in pids)
    assert len(glue.get_job_runs(JobName=job)["JobRuns"]) == 1


def test_children_left_behind_end_with_their_script(service: GlueService) -> None:
    job = service.job(SLEEP_WITH_CHILDREN.replace("time.sleep(300)", ""))
    run = service.finish(job)
    assert run["JobRunState"] == "SUCCEEDED"
    assert not any(is_alive(int(pid)) for pid in service.lines(run)[0].split())


def test_a_failed_run_is_retried_as_a_run_of_its_own(
    service: GlueService, s3: S3Client, glue: GlueClient
) -> None:
    marker = f"tried-{uuid.uuid4().hex}"
    job = service.job(
        f"import boto3\ns3 = boto3.client('s3')\n"
        f"tries = s3.list_objects_v2(Bucket='{BUCKET}', Prefix='{marker}')['KeyCount']\n"
        f"s3.put_object(Bucket='{BUCKET}', Key=f'{marker}/{{tries}}', Body=b'')\n"
        "assert tries >= 1, 'not yet'",
        MaxRetries=3,
    )
    first = service.finish(job)
    assert first["JobRunState"] == "FAILED"
    assert first["ErrorMessage"] == "AssertionError: not yet"
    second = service.wait(job, first["Id"] + "_attempt_1")
    assert second["JobRunState"] == "SUCCEEDED"
    assert (second["Attempt"], second["PreviousRunId"]) == (1, first["Id"])
    runs = glue.get_job_runs(JobName=job)["JobRuns"]
    assert [run["Id"] for run in runs] == [second["Id"], first["Id"]]


def test_retries_end_at_the_number_given(service: GlueService, glue: GlueClient) -> None:
    job = service.job("raise ValueError('always')", MaxRetries=2)
    first = service.finish(job)
    last = service.wait(job, f"{wait_id(service, job, first['Id'], 2)}")
    assert last["PreviousRunId"] == f"{first['Id']}_attempt_1"
    assert len(glue.get_job_runs(JobName=job)["JobRuns"]) == 3


def test_a_run_of_a_deleted_job_goes_on_to_its_end_and_is_not_retried(
    service: GlueService, glue: GlueClient
) -> None:
    job = service.job(
        "import boto3, sys, time\nglue = boto3.client('glue')\nname = sys.argv[-1]\n"
        "while name in glue.list_jobs(MaxResults=1000)['JobNames']: time.sleep(0.05)\n"
        "raise ValueError('the job is gone')",
        MaxRetries=1,
    )
    run_id = service.start(job, Arguments={"--name": job})
    glue.delete_job(JobName=job)
    assert service.wait(job, run_id)["ErrorMessage"] == "ValueError: the job is gone"
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        service.run(job, f"{run_id}_attempt_1")


def test_a_retry_goes_before_the_runs_that_wait(service: GlueService) -> None:
    script = "import time\nprint(time.time())\nraise ValueError('always')"
    job = service.job(script, MaxRetries=1, JobRunQueuingEnabled=True)
    first, second = (service.start(job) for _ in range(2))
    runs = [service.wait(job, wait_id(service, job, second, 1))]
    runs = [service.run(job, run_id) for run_id in (first, f"{first}_attempt_1", second)] + runs
    began = [float(service.lines(run)[0]) for run in runs]
    ended = [run["CompletedOn"].timestamp() for run in runs]
    assert all(end <= begin for end, begin in zip(ended, began[1:], strict=False))


def wait_id(service: GlueService, job: str, first: str, attempt: int) -> str:
    wanted = f"{first}_attempt_{attempt}"

    def look() -> str | None:
        runs = service.aws("glue").get_job_runs(JobName=job)["JobRuns"]
        return next((run["Id"] for run in runs if run["Id"] == wanted), None)

    return wait_for(wanted, look)


def test_one_run_at_a_time_by_default(service: GlueService, glue: GlueClient) -> None:
    job = service.job(SLEEP)
    run_id = service.start(job)
    with pytest.raises(glue.exceptions.ConcurrentRunsExceededException) as caught:
        service.start(job)
    assert caught.value.response["Error"]["Message"] == f"Concurrent runs exceeded for {job}"
    glue.batch_stop_job_run(JobName=job, JobRunIds=[run_id])
    service.wait(job, run_id)
    again = service.start(job)
    glue.batch_stop_job_run(JobName=job, JobRunIds=[again])
    service.wait(job, again)


def test_clients_at_once_never_start_more_runs_than_allowed(service: GlueService, glue: GlueClient) -> None:
    job = service.job(SLEEP, ExecutionProperty={"MaxConcurrentRuns": 2})

    def attempt(_: int) -> str | None:
        try:
            return service.start(job)
        except glue.exceptions.ConcurrentRunsExceededException:
            return None

    with ThreadPoolExecutor(10) as pool:
        started = [run_id for run_id in pool.map(attempt, range(10)) if run_id]
    assert len(started) == 2
    glue.batch_stop_job_run(JobName=job, JobRunIds=started)
    assert {service.wait(job, run_id)["JobRunState"] for run_id in started} == {"STOPPED"}


def test_a_queued_run_waits_for_its_turn(service: GlueService, glue: GlueClient) -> None:
    job = service.job(SLEEP, JobRunQueuingEnabled=True)
    first = service.start(job)
    second = service.start(job)
    assert service.run(job, second)["JobRunState"] == "WAITING"
    service.wait(job, first, {"RUNNING"})
    glue.batch_stop_job_run(JobName=job, JobRunIds=[first])
    service.wait(job, second, {"RUNNING"})
    assert service.run(job, first)["JobRunState"] == "STOPPED"
    glue.batch_stop_job_run(JobName=job, JobRunIds=[second])
    service.wait(job, second)
