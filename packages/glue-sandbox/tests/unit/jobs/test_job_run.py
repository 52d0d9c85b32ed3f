"""The log of a run names scripts as the user edits them, and says an error once."""

from __future__ import annotations

from typing import Any

import pytest

from glue_sandbox.jobs import job_run
from glue_sandbox.jobs.job_run import JobLog, in_project
from glue_sandbox.settings import Settings

RUN = "jr_0123"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            f'File "/home/me/.sandbox/state/glue/runs/{RUN}/x.py", line 3, in main',
            'File "glue/jobs/x.py", line 3, in main',
        ),
        (f'File "/opt/runs/{RUN}/script/x.py", line 3', 'File "glue/jobs/x.py", line 3'),
        ('File "/usr/lib/python3.11/json.py", line 3', 'File "/usr/lib/python3.11/json.py", line 3'),
        (f"run {RUN} began", f"run {RUN} began"),
    ],
)
def test_a_script_is_named_as_the_user_edits_it(line: str, shown: str) -> None:
    assert in_project(line, RUN, "glue/jobs") == shown


def test_a_run_that_was_started_is_named_with_its_arguments_but_for_secrets() -> None:
    arguments = {"--batch_id": "7", "--api_token": "hunter2", "--conf": "spark.db.password=s3cret"}
    assert job_run.started_line("load", RUN, arguments) == (
        f"load {RUN} --batch_id 7 --api_token ***** --conf spark.db.password=*****"
    )


@pytest.mark.parametrize("logged", ["ValueError: no such day\n", "something else\n"])
def test_an_error_is_said_once(
    logged: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Logs:
        class exceptions:  # noqa: N801
            ResourceNotFoundException = KeyError

        def get_log_events(self, **request: Any) -> dict[str, Any]:
            is_new = request["logGroupName"] == "g/error" and "nextToken" not in request
            events = [{"message": logged}] if is_new else []
            return {"nextForwardToken": "t", "events": events}

    monkeypatch.setattr(job_run, "client", lambda *_: Logs())
    run = {"JobRunState": "FAILED", "ErrorMessage": "ValueError: no such day", "LogGroupName": "g"}
    log = JobLog(Settings(), RUN, "glue/jobs")
    log.show_new({"LogGroupName": "g"})
    assert job_run.show_result(run, log) is False
    assert capsys.readouterr().out.count("ValueError: no such day") == 1
