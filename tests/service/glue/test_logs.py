"""What a script writes is in CloudWatch Logs: live, in order, complete."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError
from service.glue.support import Stage, wait_for

from local_service.log_stream import LogStream


def test_both_streams_are_complete_and_in_order(stage: Stage) -> None:
    job = stage.job(
        "import sys\nfor n in range(25_000): print(f'line {n}')\n"
        "print('warn', file=sys.stderr)\nprint()\nprint('end', end='')"
    )
    run = stage.finish(job)
    assert stage.lines(run) == [*(f"line {n}" for n in range(25_000)), " ", "end"]
    assert stage.lines(run, "error")[-1] == "warn"


def test_a_line_is_readable_while_the_script_runs(stage: Stage) -> None:
    job = stage.job("import time\nprint('started')\ntime.sleep(300)")
    run_id = stage.start(job)

    def look() -> bool:
        try:
            return stage.lines(stage.run(job, run_id)) == ["started"]
        except ClientError:
            return False

    wait_for("the first line", look)
    assert stage.run(job, run_id)["JobRunState"] == "RUNNING"
    stage.aws("glue").batch_stop_job_run(JobName=job, JobRunIds=[run_id])
    stage.wait(job, run_id)


def test_long_lines_and_odd_bytes_survive(stage: Stage) -> None:
    job = stage.job(
        "import sys\nprint('x' * 600_000)\nprint('käse ☂')\nsys.stdout.flush()\n"
        "sys.stdout.buffer.write(b'bad \\xff byte\\n')"
    )
    lines = stage.lines(stage.finish(job))
    assert "".join(lines[:-2]) == "x" * 600_000
    assert lines[-2:] == ["käse ☂", "bad \ufffd byte"]


def test_the_airflow_hook_finds_events_by_filter(stage: Stage) -> None:
    run = stage.finish(stage.job("print('hello')"))
    found: dict[str, Any] = stage.aws("logs").filter_log_events(
        logGroupName=run["LogGroupName"] + "/output",
        logStreamNames=[run["Id"]],
        startTime=int(run["StartedOn"].timestamp() * 1000),
    )
    assert [event["message"] for event in found["events"]] == ["hello"]


def test_logs_that_fail_do_not_fail_the_run_but_are_reported() -> None:
    class Refusing:
        def __getattr__(self, name: str) -> Any:
            def refuse(**_: Any) -> None:
                error = {"Error": {"Code": "ServiceUnavailableException", "Message": "down"}}
                raise ClientError(error, name)  # type: ignore[arg-type]

            return refuse

    stream = LogStream(Refusing(), "/aws-glue/jobs/output", "jr_1")
    for number in range(100):
        stream.write(f"line {number}")
    stream.close()
    assert stream.lost == 100
