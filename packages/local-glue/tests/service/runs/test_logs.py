"""What a script writes is in CloudWatch Logs: live, in order, complete."""

from __future__ import annotations

import uuid
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from glue_service.aws import BUCKET
from glue_service.service import GlueService
from glue_service.waiting import wait_for

from local_glue.aws import log_stream
from local_glue.aws.log_stream import LogStream


def test_both_streams_are_complete_and_in_order(service: GlueService) -> None:
    job = service.job(
        "import sys\nfor n in range(25_000): print(f'line {n}')\n"
        "print('warn', file=sys.stderr)\nprint()\nprint('end', end='')"
    )
    run = service.finish(job)
    assert service.lines(run) == [*(f"line {n}" for n in range(25_000)), " ", "end"]
    assert service.lines(run, "error")[-1] == "warn"


def test_a_line_is_readable_while_the_script_runs(service: GlueService) -> None:
    job = service.job("import time\nprint('started')\ntime.sleep(300)")
    run_id = service.start(job)

    def look() -> bool:
        try:
            return service.lines(service.run(job, run_id)) == ["started"]
        except ClientError:
            return False

    wait_for("the first line", look)
    assert service.run(job, run_id)["JobRunState"] == "RUNNING"
    service.aws("glue").batch_stop_job_run(JobName=job, JobRunIds=[run_id])
    service.wait(job, run_id)


def test_long_lines_and_odd_bytes_survive(service: GlueService) -> None:
    job = service.job(
        "import sys\nprint('x' + '☂' * 1_800_000)\nsys.stdout.flush()\n"
        "sys.stdout.buffer.write(b'bad \\xff \\0 byte\\n\\x1b[31mred\\x1b[0m 10%\\r20%\\r\\n\\xe2\\x98')"
    )
    lines = service.lines(service.finish(job))
    assert lines[-3:] == ["bad \ufffd \0 byte", "\x1b[31mred\x1b[0m 10%\r20%", "\ufffd"]
    assert "".join(lines[:-3]) == "x" + "☂" * 1_800_000


def test_the_airflow_hook_finds_events_by_filter(service: GlueService) -> None:
    run = service.finish(service.job("print('hello')"))
    found: dict[str, Any] = service.aws("logs").filter_log_events(
        logGroupName=run["LogGroupName"] + "/output",
        logStreamNames=[run["Id"]],
        startTime=int(run["StartedOn"].timestamp() * 1000),
    )
    assert [event["message"] for event in found["events"]] == ["hello"]


def test_a_job_of_glue_4_has_its_drivers_log_as_a_continuous_one_too(service: GlueService) -> None:
    missing = {"Name": "glueetl", "ScriptLocation": f"s3://{BUCKET}/no/such/script.py"}
    on = {"--enable-continuous-cloudwatch-log": "true"}
    group = f"/team/{uuid.uuid4().hex[:8]}"
    own = {"--continuous-log-logGroup": group, "--continuous-log-logStreamPrefix": "nightly"}
    job = service.job("", Command=missing, GlueVersion="4.0", DefaultArguments=on)
    newer = service.job("", Command=missing, GlueVersion="5.1", DefaultArguments=on)
    runs = [service.finish(job), service.finish(job, Arguments=own)]
    found = [("/aws-glue/jobs/logs-v2", f"{runs[0]['Id']}-driver"), (group, "nightly-driver")]
    for run, (log_group, stream) in zip(runs, found, strict=True):
        assert run["LogGroupName"] == "/aws-glue/jobs"
        page = service.aws("logs").get_log_events(
            logGroupName=log_group, logStreamName=stream, startFromHead=True
        )
        lines = [event["message"] for event in page["events"]]
        assert lines == service.lines(run, "error")
        assert "File does not exist" in lines[-1]
    run = service.finish(newer)
    streams = service.aws("logs").describe_log_streams(
        logGroupName="/aws-glue/jobs/logs-v2", logStreamNamePrefix=run["Id"]
    )
    assert streams["logStreams"] == []


class Logs:
    """CloudWatch Logs that keeps events, and fails while it is told to."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.events: list[dict[str, Any]] = []
        self.made: list[str] = []

    def create_log_group(self, **_: str) -> None:
        self._answer()

    def create_log_stream(self, logStreamName: str, **_: str) -> None:  # noqa: N803 - the API's name
        self._answer()
        self.made.append(logStreamName)

    def put_log_events(self, logEvents: list[dict[str, Any]], **_: str) -> None:  # noqa: N803
        self._answer()
        if not self.made:
            raise refusal("ResourceNotFoundException")
        self.events += logEvents

    def _answer(self) -> None:
        if self.failure:
            raise self.failure


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "down"}}, "PutLogEvents")


@pytest.mark.parametrize(
    "failure", [refusal("ServiceUnavailableException"), EndpointConnectionError(endpoint_url="http://x")]
)
def test_logs_that_fail_do_not_fail_the_run_but_are_reported(
    caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    stream = LogStream(Logs(failure), "/aws-glue/jobs/output", "jr_1")
    for number in range(100):
        stream.write(f"line {number}")
    stream.close()
    assert stream.lost == 100
    assert "/aws-glue/jobs/output/jr_1: 100 log lines were lost" in caplog.text


def test_after_a_failure_logs_go_on_and_say_how_many_lines_are_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(log_stream, "_PAUSE_SECONDS", 0.0)
    logs = Logs()
    stream = LogStream(logs, "/aws-glue/jobs/output", "jr_1")
    stream.write("before")
    wait_for("the first line", lambda: logs.events)
    logs.failure = refusal("ServiceUnavailableException")
    stream.write("lost")
    stream.write("lost, too")
    wait_for("the loss", lambda: stream.lost == 2)
    logs.failure = None
    stream.write("after")
    stream.close()
    word = "local Glue: 2 line(s) before this one were lost: CloudWatch Logs failed"
    assert [event["message"] for event in logs.events] == ["before", word, "after"]


def test_lines_lost_at_the_end_are_said_as_soon_as_logs_can_be_stored() -> None:
    logs = Logs(refusal("ServiceUnavailableException"))
    stream = LogStream(logs, "/aws-glue/jobs/output", "jr_1")
    stream.write("lost")
    wait_for("the loss", lambda: stream.lost == 1)
    logs.failure = None
    stream.close()
    assert [event["message"].split(" before")[0] for event in logs.events] == ["local Glue: 1 line(s)"]


def test_a_stream_that_was_deleted_is_made_again() -> None:
    logs = Logs()
    stream = LogStream(logs, "/aws-glue/jobs/output", "jr_1")
    wait_for("the stream", lambda: logs.made)
    logs.made.clear()
    stream.write("line")
    stream.close()
    assert (stream.lost, [event["message"] for event in logs.events]) == (0, ["line"])


def test_events_are_in_the_order_of_their_time_although_the_clock_is_set_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times = iter([1000.0, 999.0, 1001.0])
    monkeypatch.setattr(log_stream, "time", SimpleNamespace(time=lambda: next(times), monotonic=monotonic))
    logs = Logs()
    stream = LogStream(logs, "/aws-glue/jobs/output", "jr_1")
    for line in ("a", "b", "c"):
        stream.write(line)
    stream.close()
    assert [event["timestamp"] for event in logs.events] == [1_000_000, 1_000_000, 1_001_000]
