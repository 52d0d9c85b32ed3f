"""StartJobRun: what it overrides, what it refuses, and the retry of a run by its id."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from service.glue.support import BUCKET, ROLE, Stage

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

SLEEP = "import time\ntime.sleep(300)"


def spark_job(stage: Stage, **definition: Any) -> str:
    """A Spark job whose runs end at once: there is no such script."""
    name = f"spark-{uuid.uuid4().hex[:8]}"
    command = {"Name": "glueetl", "ScriptLocation": f"s3://{BUCKET}/no/such/script.py"}
    defaults = {"GlueVersion": "5.0", "WorkerType": "G.1X", "NumberOfWorkers": 2}
    stage.aws("glue").create_job(Name=name, Role=ROLE, Command=command, **{**defaults, **definition})
    return name


def error_lines(stage: Stage, run: dict[str, Any], stream: str) -> list[str]:
    page = stage.aws("logs").get_log_events(
        logGroupName=f"{run['LogGroupName']}/error", logStreamName=stream, startFromHead=True
    )
    return [event["message"] for event in page["events"]]


def test_a_run_overrides_its_job_and_shows_it(stage: Stage) -> None:
    job = spark_job(stage, Timeout=30)
    run = stage.finish(
        job,
        WorkerType="G.2X",
        NumberOfWorkers=5,
        Timeout=7,
        SecurityConfiguration="sealed",
        NotificationProperty={"NotifyDelayAfter": 3},
        ExecutionClass="FLEX",
        ExecutionRoleSessionPolicy="{}",
    )
    shown = ("WorkerType", "NumberOfWorkers", "MaxCapacity", "Timeout", "SecurityConfiguration")
    assert [run[name] for name in shown] == ["G.2X", 5, 10.0, 7, "sealed"]
    assert run["NotificationProperty"] == {"NotifyDelayAfter": 3}
    assert (run["ExecutionClass"], run["ExecutionRoleSessionPolicy"]) == ("FLEX", "{}")
    told = "\n".join(stage.lines(run, "error"))
    assert "no event is sent to EventBridge when the run takes longer than 3 minute(s)" in told
    assert "security configuration sealed is not applied" in told
    assert "the session policy is not applied" in told
    plain = stage.finish(job)
    assert [plain[name] for name in shown[:4]] == ["G.1X", 2, 2.0, 30]
    assert "EventBridge" not in "\n".join(stage.lines(plain, "error"))


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            {"WorkerType": "G.1X", "NumberOfWorkers": 2, "MaxCapacity": 2.0},
            "Please do not set Max Capacity if using Worker Type and Number of Workers.",
        ),
        ({"WorkerType": "G.1X"}, "Please set both Worker Type and Number of Workers."),
        ({"MaxCapacity": 4.0}, "Max Capacity can't be set for jobs of Glue 2.0 and later"),
        ({"WorkerType": "G.1X", "NumberOfWorkers": 0}, "Number of workers must be above 0"),
        (
            {"WorkerType": "G.025X", "NumberOfWorkers": 2},
            "Worker Type G.025X is for Job Command gluestreaming",
        ),
        ({"Timeout": 10081}, "Timeout must be at most 10080 minutes"),
        ({"Arguments": {"--custom-logGroup-prefix": "a:b"}}, "--custom-logGroup-prefix takes up to 400"),
        ({"Arguments": {"--custom-logStream-prefix": "*"}}, "--custom-logStream-prefix takes up to 400"),
    ],
)
def test_overrides_that_do_not_fit_are_refused(
    stage: Stage, glue: GlueClient, overrides: dict[str, Any], message: str
) -> None:
    job = spark_job(stage)
    with pytest.raises(glue.exceptions.InvalidInputException) as caught:
        stage.start(job, **overrides)
    assert caught.value.response["Error"]["Message"].startswith(message)
    assert glue.get_job_runs(JobName=job)["JobRuns"] == []


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            {"WorkerType": "G.1X", "NumberOfWorkers": 2},
            "Worker Type is not supported for Job Command pythonshell",
        ),
        ({"MaxCapacity": 0.5}, "Max Capacity of a pythonshell job is 0.0625 or 1, found 0.5."),
        ({"ExecutionClass": "FLEX"}, "Execution Class FLEX is for Job Command glueetl"),
    ],
)
def test_a_python_shell_job_takes_no_workers(
    stage: Stage, glue: GlueClient, overrides: dict[str, Any], message: str
) -> None:
    job = stage.job("print(1)")
    with pytest.raises(glue.exceptions.InvalidInputException) as caught:
        stage.start(job, **overrides)
    assert caught.value.response["Error"]["Message"].startswith(message)
    run = stage.finish(job, MaxCapacity=1.0)
    assert (run["JobRunState"], run["MaxCapacity"]) == ("SUCCEEDED", 1.0)


def test_a_failed_run_is_retried_by_its_id_with_its_arguments(stage: Stage, glue: GlueClient) -> None:
    job = stage.job("import sys\nprint(sys.argv[1:])\nassert '2' in sys.argv, 'not yet'")
    first = stage.finish(job, Arguments={"--try": "1"})
    assert first["JobRunState"] == "FAILED"
    same = stage.finish(job, JobRunId=first["Id"])
    assert (same["Attempt"], same["PreviousRunId"]) == (1, first["Id"])
    assert stage.lines(same) == ["['--try', '1']"]
    other = stage.finish(job, JobRunId=same["Id"], Arguments={"--try": "2"})
    assert (other["Attempt"], other["PreviousRunId"]) == (2, same["Id"])
    assert other["JobRunState"] == "SUCCEEDED"
    assert len({run["Id"] for run in glue.get_job_runs(JobName=job)["JobRuns"]}) == 3


def test_a_run_that_is_not_over_or_not_there_is_not_retried(stage: Stage, glue: GlueClient) -> None:
    job = stage.job(SLEEP, ExecutionProperty={"MaxConcurrentRuns": 2})
    run_id = stage.start(job)
    with pytest.raises(glue.exceptions.InvalidInputException, match="can't be retried yet"):
        stage.start(job, JobRunId=run_id)
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        stage.start(job, JobRunId="jr_none")
    glue.batch_stop_job_run(JobName=job, JobRunIds=[run_id])
    stage.wait(job, run_id)


def test_queued_runs_start_in_their_order_and_can_be_stopped(stage: Stage, glue: GlueClient) -> None:
    job = stage.job(SLEEP)
    first, second, third = (stage.start(job, JobRunQueuingEnabled=True) for _ in range(3))
    assert [stage.run(job, run_id)["JobRunState"] for run_id in (second, third)] == ["WAITING"] * 2
    stage.wait(job, first, {"RUNNING"})
    glue.batch_stop_job_run(JobName=job, JobRunIds=[second])
    stopped = stage.run(job, second)
    assert (stopped["JobRunState"], stopped["ExecutionTime"]) == ("STOPPED", 0)
    glue.batch_stop_job_run(JobName=job, JobRunIds=[first])
    stage.wait(job, third, {"RUNNING"})
    glue.batch_stop_job_run(JobName=job, JobRunIds=[third])
    stage.wait(job, third)


def test_groups_and_streams_have_the_names_that_the_job_wants(stage: Stage) -> None:
    prefix = f"/team/{uuid.uuid4().hex[:8]}"
    job = spark_job(stage, DefaultArguments={"--custom-logGroup-prefix": prefix})
    run = stage.finish(job, Arguments={"--custom-logStream-prefix": "nightly"})
    assert run["LogGroupName"] == prefix
    assert "File does not exist" in error_lines(stage, run, "nightly-driver")[-1]
    told = {"--enable-continuous-cloudwatch-log": "true", "--continuous-log-logGroup": "/elsewhere"}
    plain = stage.finish(job, Arguments=told)
    lines = error_lines(stage, plain, plain["Id"])
    assert "File does not exist" in lines[-1]
    assert f"local Glue: logs go to {prefix}/output and /error, line by line, as always here" in lines
