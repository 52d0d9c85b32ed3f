"""StartJobRun: what it overrides, what it refuses, and the retry of a run by its id."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from glue_service.aws import BUCKET, ROLE
from glue_service.service import GlueService

from local_glue.api.glue_api_model import shape

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

SLEEP = "import time\ntime.sleep(300)"
# What a run that was started by hand, once, and failed does not have.
NOT_SHOWN = {
    "TriggerName": "triggers are not built",
    "ProfileName": "usage profiles are not built",
    "PreviousRunId": "of a retry",
    "StateDetail": "of a run that waits",
}


def spark_job(service: GlueService, **definition: Any) -> str:
    """A Spark job whose runs end at once: there is no such script."""
    name = f"spark-{uuid.uuid4().hex[:8]}"
    command = {"Name": "glueetl", "ScriptLocation": f"s3://{BUCKET}/no/such/script.py"}
    defaults = {"GlueVersion": "5.0", "WorkerType": "G.1X", "NumberOfWorkers": 2}
    service.aws("glue").create_job(Name=name, Role=ROLE, Command=command, **{**defaults, **definition})
    return name


def error_lines(service: GlueService, run: dict[str, Any], stream: str) -> list[str]:
    page = service.aws("logs").get_log_events(
        logGroupName=f"{run['LogGroupName']}/error", logStreamName=stream, startFromHead=True
    )
    return [event["message"] for event in page["events"]]


def test_a_run_overrides_its_job_and_shows_it(service: GlueService) -> None:
    job = spark_job(
        service,
        Timeout=30,
        Connections={"Connections": ["warehouse"]},
        JobRunQueuingEnabled=True,
        MaintenanceWindow="Sun:10",
    )
    run = service.finish(
        job,
        WorkerType="G.2X",
        NumberOfWorkers=5,
        Timeout=7,
        SecurityConfiguration="sealed",
        NotificationProperty={"NotifyDelayAfter": 3},
        ExecutionClass="FLEX",
        ExecutionRoleSessionPolicy="{}",
        Arguments={"--a": "b"},
    )
    shown = ("WorkerType", "NumberOfWorkers", "MaxCapacity", "Timeout", "SecurityConfiguration")
    assert [run[name] for name in shown] == ["G.2X", 5, 10.0, 7, "sealed"]
    assert run["NotificationProperty"] == {"NotifyDelayAfter": 3}
    assert (run["ExecutionClass"], run["ExecutionRoleSessionPolicy"]) == ("FLEX", "{}")
    assert run["DPUSeconds"] == run["ExecutionTime"] * 10.0
    assert set(run) == set(shape("JobRun").members) - set(NOT_SHOWN)
    told = "\n".join(service.lines(run, "error"))
    assert "security configuration sealed is not applied" in told
    assert "connections warehouse are not used" in told
    plain = service.finish(job)
    assert [plain[name] for name in shown[:4]] == ["G.1X", 2, 2.0, 30]
    assert "DPUSeconds" not in plain
    assert "security configuration" not in "\n".join(service.lines(plain, "error"))


def test_a_failed_run_is_retried_by_its_id_with_its_arguments(service: GlueService, glue: GlueClient) -> None:
    job = service.job("import sys\nprint(sys.argv[1:])\nassert '2' in sys.argv, 'not yet'")
    first = service.finish(job, Arguments={"--try": "1"})
    assert first["JobRunState"] == "FAILED"
    same = service.finish(job, JobRunId=first["Id"])
    assert (same["Attempt"], same["PreviousRunId"]) == (1, first["Id"])
    assert service.lines(same) == ["['--try', '1']"]
    other = service.finish(job, JobRunId=same["Id"], Arguments={"--try": "2"})
    assert (other["Attempt"], other["PreviousRunId"]) == (2, same["Id"])
    assert other["JobRunState"] == "SUCCEEDED"
    assert len({run["Id"] for run in glue.get_job_runs(JobName=job)["JobRuns"]}) == 3


def test_queued_runs_start_in_their_order_and_can_be_stopped(service: GlueService, glue: GlueClient) -> None:
    job = service.job(SLEEP)
    first, second, third = (service.start(job, JobRunQueuingEnabled=True) for _ in range(3))
    assert [service.run(job, run_id)["JobRunState"] for run_id in (second, third)] == ["WAITING"] * 2
    service.wait(job, first, {"RUNNING"})
    glue.batch_stop_job_run(JobName=job, JobRunIds=[second])
    stopped = service.run(job, second)
    assert (stopped["JobRunState"], stopped["ExecutionTime"]) == ("STOPPED", 0)
    glue.batch_stop_job_run(JobName=job, JobRunIds=[first])
    service.wait(job, third, {"RUNNING"})
    glue.batch_stop_job_run(JobName=job, JobRunIds=[third])
    service.wait(job, third)


def test_groups_and_streams_have_the_names_that_the_job_wants(service: GlueService) -> None:
    prefix = f"/team/{uuid.uuid4().hex[:8]}"
    job = spark_job(service, DefaultArguments={"--custom-logGroup-prefix": prefix})
    run = service.finish(job, Arguments={"--custom-logStream-prefix": "nightly"})
    assert run["LogGroupName"] == prefix
    assert "File does not exist" in error_lines(service, run, "nightly-driver")[-1]
    told = {"--enable-continuous-cloudwatch-log": "true", "--continuous-log-logGroup": "/elsewhere"}
    plain = service.finish(job, Arguments=told)
    lines = error_lines(service, plain, plain["Id"])
    assert "File does not exist" in lines[-1]
    assert f"local Glue: logs go to {prefix}/output and /error, line by line, as always here" in lines
