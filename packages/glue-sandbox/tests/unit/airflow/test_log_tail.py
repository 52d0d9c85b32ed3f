"""The end of a failed task's log has the job's own traceback, whatever its libraries said after it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from glue_sandbox.airflow.client import DagRun, TaskInstance
from glue_sandbox.airflow.dag_runs import Dag, FailedRunError
from glue_sandbox.airflow.log_tail import LINES, log_tail
from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings

TRACEBACK = [
    "Traceback (most recent call last):",
    '  File "/opt/glue/runs/driver-0a/script/x.py", line 326, in main',
    '    raise ValueError("no such day")',
    "ValueError: no such day",
]
NOISE = ["Found credentials in environment variables.", "Found endpoint for glue via: environment_global."]
END = ["x jr_1 is FAILED", "ERROR Task failed with exception"]
TIME = "2026-11-30T02:12:01.5Z INFO "
TIME_2 = "[2026-11-30T02:12:01.512+0000] {glue_log_hook.py:65} INFO - "


@pytest.mark.parametrize("prefix", [TIME, TIME_2])
def test_noise_does_not_push_the_error_out(prefix: str) -> None:
    log = [f"{prefix}stderr │ {line}" for line in TRACEBACK] + [f"{prefix}{line}" for line in NOISE * 16]
    log += [f"{prefix}{END[0]}", f"2026-11-30T02:12:01.5Z {END[1]}"]
    assert log_tail("\n".join(log)) == [*TRACEBACK, *END]


def test_a_long_traceback_and_a_long_rest_are_cut_and_end_with_what_was_said_last() -> None:
    frames = [f"  frame {number}" for number in range(40)]
    rest = [f"after {number}" for number in range(40)]
    shown = log_tail("\n".join([TRACEBACK[0], *frames, TRACEBACK[-1], *rest]))
    assert shown[:3] == [TRACEBACK[0], "  …", "  frame 31"]
    assert shown[10:14] == ["  frame 39", TRACEBACK[-1], "…", "after 33"]
    assert shown[-1] == "after 39"
    assert len(shown) == LINES


def test_without_a_traceback_it_is_the_last_lines() -> None:
    lines = [f"line {number}" for number in range(40)]
    assert log_tail("\n".join(lines)) == lines[-LINES:]


class Airflow:
    """One run, which failed in its only task."""

    def wait_for_run(self, *_: object) -> DagRun:
        return DagRun("d", "manual__1", "manual", "failed", None, None)

    def task_instances(self, *_: object) -> list[TaskInstance]:
        return [TaskInstance("calculate_metrics_etl", "failed", 1, None, None)]

    def task_log(self, *_: object) -> str:
        copy = "/opt/glue/runs/driver-0a/script/calculate_metrics_etl.py"
        frame = f'{TIME}stderr │   File "{copy}", line 3, in main'
        return "\n".join([TIME + TRACEBACK[0], frame, TIME + TRACEBACK[-1]])


def test_a_failed_run_shows_the_jobs_own_error_with_the_file_that_the_user_edits() -> None:
    airflow: Any = Airflow()
    with pytest.raises(SandboxError) as raised:
        Dag(Settings(), airflow).follow_run(airflow.wait_for_run(), 1, lambda *_: None)
    frame = '  File "glue/jobs/calculate_metrics_etl.py", line 3, in main'
    assert raised.value.details.splitlines() == [TRACEBACK[0], frame, TRACEBACK[-1]]
    assert not re.search(r"https?://\S+[,;.]( |$)", raised.value.next_command)  # it would be copied along
    assert raised.value.next_command.startswith("all that its job printed: make logs; the run in Airflow: ")


def test_the_log_of_the_failed_job_is_named_by_its_run(monkeypatch: pytest.MonkeyPatch) -> None:
    log = f"started jr_{'a' * 64}\nExiting Job jr_0123456789{'b' * 54} Run State: FAILED"
    monkeypatch.setattr(Airflow, "task_log", lambda *_: log)
    airflow: Any = Airflow()
    with pytest.raises(FailedRunError, match=r"make logs RUN=jr_012345;"):
        Dag(Settings(), airflow).follow_run(airflow.wait_for_run(), 1, lambda *_: None)
