"""The log of a run says an error once, and no secret."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any
from unittest.mock import MagicMock, Mock

import pytest

from glue_sandbox.jobs import job_run
from glue_sandbox.jobs.job_run import JobLog
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import out

RUN = "jr_0123"


def test_a_run_that_was_started_is_named_with_its_arguments_but_for_secrets() -> None:
    arguments = {"--batch_id": "7", "--api_token": "hunter2", "--conf": "spark.db.password=s3cret"}
    assert job_run.started_line("load", RUN, arguments) == (
        f"load {RUN} --batch_id 7 --api_token ***** --conf spark.db.password=*****"
    )


class Logs:
    """An error log of one event."""

    class exceptions:  # noqa: N801
        ResourceNotFoundException = KeyError

    def __init__(self, logged: str) -> None:
        self._logged = logged

    def get_log_events(self, **request: Any) -> dict[str, Any]:
        is_new = request["logGroupName"] == "g/error" and "nextToken" not in request
        events = [{"message": self._logged}] if is_new else []
        return {"nextForwardToken": "t", "events": events}


@pytest.mark.parametrize("logged", ["ValueError: no such day\n", "something else\n"])
def test_an_error_is_said_once(
    logged: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(job_run, "client", lambda *_: Logs(logged))
    run = {"JobRunState": "FAILED", "ErrorMessage": "ValueError: no such day", "LogGroupName": "g"}
    log = JobLog(Settings(), RUN)
    log.show_new({"LogGroupName": "g"})
    assert job_run.show_result(run, log) is False
    assert capsys.readouterr().out.count("ValueError: no such day") == 1


@pytest.mark.parametrize(
    ("error", "following"),
    [
        (
            "awsglue.utils.GlueArgumentError: the following arguments are required: --batch, --keys",
            'next     make run JOB=load ARGS="--batch … --keys …"',
        ),
        ("ValueError: no such day", ""),
    ],
)
def test_arguments_that_a_script_asks_for_are_said_with_the_command_that_gives_them(
    error: str, following: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(job_run, "client", lambda *_: Logs("nothing"))
    run = {"JobName": "load", "JobRunState": "FAILED", "ErrorMessage": error}
    job_run.show_result(run, JobLog(Settings(), RUN))
    assert capsys.readouterr().out.rpartition(error)[2].strip() == following


@pytest.mark.parametrize("is_terminal", [True, False])
def test_while_a_run_prints_nothing_a_terminal_says_that_it_is_at_work(
    *, is_terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(*_: object) -> Any:
        raise InterruptedError

    glue = MagicMock(**{"start_job_run.return_value": {"JobRunId": RUN}})
    answers: dict[str, Any] = {
        "must_run": None,
        "read_deployed": None,
        "project_arguments": {},
        "client": glue,
    }
    for name, answer in answers.items():
        monkeypatch.setattr(job_run, name, Mock(return_value=answer))
    monkeypatch.setattr(job_run, "deploy_changes", Mock(return_value=Mock(jobs=["load"])))
    monkeypatch.setattr(JobLog, "show_new", end)
    monkeypatch.setattr(out, "_force_terminal", is_terminal)
    status = MagicMock(return_value=nullcontext())
    monkeypatch.setattr(out, "status", status)
    with pytest.raises(InterruptedError):
        job_run.run_job(Settings(), "load", [])
    assert [call.args for call in status.call_args_list] == ([("load is at work",)] if is_terminal else [])


@pytest.mark.parametrize(
    ("interrupted", "last"),
    [
        ("deploy_changes", "stopped before a run was started; to run it, repeat the command"),
        (
            "_follow",
            f"stopped load, {RUN}; to run it again, repeat the command; its log: make logs RUN={RUN}",
        ),
    ],
)
def test_after_ctrl_c_one_knows_whether_a_run_was_started_and_that_it_was_stopped(
    interrupted: str, last: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    glue = MagicMock(**{"start_job_run.return_value": {"JobRunId": RUN}})
    answers: dict[str, Any] = {"must_run": None, "read_deployed": None, "project_arguments": {}}
    for name, answer in answers.items():
        monkeypatch.setattr(job_run, name, Mock(return_value=answer))
    monkeypatch.setattr(job_run, "client", lambda *_: glue)
    monkeypatch.setattr(job_run, "deploy_changes", Mock(return_value=Mock(jobs=["load"])))
    monkeypatch.setattr(job_run, interrupted, Mock(side_effect=KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        job_run.run_job(Settings(), "load", [])
    assert capsys.readouterr().out.splitlines()[-1] == last
    assert glue.batch_stop_job_run.called is (interrupted == "_follow")


@pytest.mark.parametrize(
    ("succeeded", "told"),
    [
        (True, "make kpis · make logs RUN=jr_012345"),
        (
            False,
            "correct the script, then repeat: make run JOB=load; all that it said: make logs RUN=jr_012345",
        ),
    ],
)
def test_after_a_run_it_is_said_what_to_type(succeeded: bool, told: str) -> None:
    assert job_run.what_is_next(Settings(), "load", "jr_0123456789", succeeded) == told


def test_a_script_is_named_as_the_user_edits_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    logged = '  File "/opt/glue/runs/driver-0a/script/calculate_metrics_etl.py", line 3, in main'
    monkeypatch.setattr(job_run, "client", lambda *_: Logs(logged))
    JobLog(Settings(), RUN).show_new({"LogGroupName": "g"})
    assert capsys.readouterr().out == '  File "glue/jobs/calculate_metrics_etl.py", line 3, in main\n'
