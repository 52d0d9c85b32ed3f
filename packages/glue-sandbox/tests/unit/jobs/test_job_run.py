"""The log of a run says an error once, and no secret."""

from __future__ import annotations

from typing import Any

import pytest

from glue_sandbox.jobs import job_run
from glue_sandbox.jobs.job_run import JobLog
from glue_sandbox.settings import Settings

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


def test_a_script_is_named_as_the_user_edits_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    logged = '  File "/opt/glue/runs/driver-0a/script/calculate_metrics_etl.py", line 3, in main'
    monkeypatch.setattr(job_run, "client", lambda *_: Logs(logged))
    JobLog(Settings(), RUN).show_new({"LogGroupName": "g"})
    assert capsys.readouterr().out == '  File "glue/jobs/calculate_metrics_etl.py", line 3, in main\n'
