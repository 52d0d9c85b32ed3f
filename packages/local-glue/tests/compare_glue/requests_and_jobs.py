"""What is asked about requests, jobs and their runs."""

from __future__ import annotations

from contextlib import suppress

from botocore.exceptions import ClientError
from glue_service.aws import ROLE, client

from compare_glue.checks import check, refused, same
from compare_glue.target import SHELL, Target


@check("Requests", "an unknown enum value is a ValidationException")
def enum(target: Target) -> None:
    command = {**SHELL, "ScriptLocation": "s3://b/k"}
    refused("ValidationException", target.glue.create_job, Name=target.new(), Role=ROLE, Command=command,
            WorkerType="XXL", NumberOfWorkers=2)  # fmt: skip


@check("Requests", "a name that is too long is a ValidationException")
def too_long(target: Target) -> None:
    refused("ValidationException", target.glue.get_job, JobName="x" * 256)


@check("Requests", "an operation that is not built answers an error that names it")
def names_operation(target: Target) -> None:
    try:
        target.glue.get_ml_transforms()
        found = "an answer"
    except ClientError as error:
        found = f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
    if "GetMLTransforms" not in found:
        raise AssertionError(found)


@check("Jobs", "the defaults of Glue 5: Timeout 480, MaxRetries 0, MaxConcurrentRuns 1")
def defaults(target: Target) -> None:
    command = {"Name": "glueetl", "ScriptLocation": "s3://b/k"}
    name = target.new()
    target.glue.create_job(Name=name, Role=ROLE, Command=command, GlueVersion="5.1")
    job = target.glue.get_job(JobName=name)["Job"]
    found = (job.get("Timeout"), job.get("MaxRetries"), job.get("ExecutionProperty"))
    same(found, (480, 0, {"MaxConcurrentRuns": 1}))


@check("Jobs", "MaxCapacity with WorkerType is an InvalidInputException")
def capacity(target: Target) -> None:
    refused("InvalidInputException", target.job, MaxCapacity=2.0, WorkerType="G.1X", NumberOfWorkers=2)


@check("Jobs", "an update replaces the whole definition")
def update_job(target: Target) -> None:
    name = target.job(Description="old")
    command = {**SHELL, "ScriptLocation": "s3://b/k"}
    target.glue.update_job(JobName=name, JobUpdate={"Role": ROLE, "Command": command})
    same(target.glue.get_job(JobName=name)["Job"].get("Description"), None)


@check("Jobs", "deleting a job twice is no error")
def delete_job(target: Target) -> None:
    name = target.job()
    for _ in range(2):
        target.glue.delete_job(JobName=name)


@check("Jobs", "ListJobs filters by tags")
def list_jobs(target: Target) -> None:
    tag = target.new()
    name = target.job(Tags={"t": tag})
    same(target.glue.list_jobs(Tags={"t": tag})["JobNames"], [name])


@check("Job runs", "what a script prints is in CloudWatch Logs, where the run says")
def runs(target: Target) -> None:
    word = target.new("word")
    run = target.run(f"print('{word}')")
    logs = client(target.glue.meta.endpoint_url, "logs")
    events = logs.get_log_events(logGroupName=f"{run['LogGroupName']}/output", logStreamName=run["Id"])[
        "events"
    ]
    same([word in event["message"] for event in events], [True])


@check("Job runs", "a script that fails is FAILED, with its own last error line")
def fails(target: Target) -> None:
    run = target.run("raise ValueError('as it must')")
    same((run["JobRunState"], "as it must" in run.get("ErrorMessage", "")), ("FAILED", True))


@check("Job runs", "a second run beyond MaxConcurrentRuns is a ConcurrentRunsExceededException")
def concurrent(target: Target) -> None:
    name = target.job("import time; time.sleep(30)")
    run_id = target.glue.start_job_run(JobName=name)["JobRunId"]
    try:
        refused("ConcurrentRunsExceededException", target.glue.start_job_run, JobName=name)
    finally:
        with suppress(ClientError):  # moto can't; the check is about the second start
            target.glue.batch_stop_job_run(JobName=name, JobRunIds=[run_id])
