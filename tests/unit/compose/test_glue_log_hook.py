"""The local log reader: each line of a job's log once, in order, however often it is asked."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from glue_sandbox.airflow.environment import LOCAL_SETTINGS
from glue_sandbox.project.script_paths import ScriptPaths


class ProviderHook:
    """What the hook leaves to the provider."""

    def _handle_state(self, state: str, *_: Any) -> str:
        return f"the provider's {state}"


class FakeLogs:
    """CloudWatch Logs with pages of two events; a token is the position, as in AWS repeated at the end."""

    def __init__(self) -> None:
        self.streams: dict[str, list[str]] = {}

    def get_log_events(self, **request: Any) -> dict[str, Any]:
        assert (request["logStreamName"], request["startFromHead"]) == ("jr_1", True)
        if request["logGroupName"] not in self.streams:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetLogEvents")
        events, start = self.streams[request["logGroupName"]], int(request.get("nextToken", 0))
        page = events[start : start + 2]
        return {
            "events": [{"message": each + "\n"} for each in page],
            "nextForwardToken": str(start + len(page)),
        }


@pytest.fixture
def logs() -> FakeLogs:
    return FakeLogs()


@pytest.fixture
def hook(logs: FakeLogs, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the hook; Airflow, which the tests' environment lacks, is only its base class."""
    provider = ModuleType("airflow.providers.amazon.aws.hooks.glue")
    provider.GlueJobHook = ProviderHook  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, provider.__name__, provider)
    monkeypatch.syspath_prepend(str(LOCAL_SETTINGS))
    monkeypatch.delitem(sys.modules, "glue_log_hook", raising=False)
    for name, value in ScriptPaths({"x.py": "glue/jobs/x.py"}).variable().items():
        monkeypatch.setenv(name, value)
    hook = importlib.import_module("glue_log_hook").GlueLogHook()
    hook.shown = []
    hook.conn = SimpleNamespace(get_job_run=lambda **_: {"JobRun": {"LogGroupName": "g"}})
    hook.logs_hook = SimpleNamespace(get_conn=lambda: logs)
    hook.log = SimpleNamespace(info=lambda form, *values: hook.shown.append(form % values))
    return hook


@pytest.fixture
def read_on(hook: Any) -> Any:
    """Ask the hook for what is new in the logs."""
    tokens = SimpleNamespace(output_stream_continuation=None, error_stream_continuation=None)

    def read() -> list[str]:
        hook.shown.clear()
        hook.print_job_logs("a_job", "jr_1", tokens)
        return list(hook.shown)

    return read


def test_each_line_shows_once(logs: FakeLogs, read_on: Any) -> None:
    logs.streams = {"g/output": ["1", "2", "3"], "g/error": ["a"]}
    assert read_on() == ["1", "2", "3", "stderr │ a"]
    assert read_on() == []
    logs.streams["g/output"].append("4")
    assert read_on() == ["4"]


def test_what_the_service_says_itself_is_information_though_it_is_in_the_error_log(
    logs: FakeLogs, read_on: Any
) -> None:
    logs.streams = {"g/output": [], "g/error": ["local Glue: Glue 5.1 runs on Spark 3.5.6", "WARN slow"]}
    assert read_on() == ["local Glue: Glue 5.1 runs on Spark 3.5.6", "stderr │ WARN slow"]


def test_a_traceback_names_the_file_that_the_user_edits(logs: FakeLogs, read_on: Any) -> None:
    logs.streams = {
        "g/output": [],
        "g/error": ['  File "/state/glue/runs/jr_1/script/x.py", line 3, in main'],
    }
    assert read_on() == ['stderr │   File "glue/jobs/x.py", line 3, in main']


def test_a_state_is_told_when_it_changes_and_not_at_each_poll(logs: FakeLogs, hook: Any) -> None:
    logs.streams = {"g/output": ["1"]}
    tokens = SimpleNamespace(output_stream_continuation=None, error_stream_continuation=None)
    for state in ("STARTING", "RUNNING", "RUNNING", "RUNNING", "STOPPING"):
        assert hook._handle_state(state, "a_job", "jr_1", True, tokens) is None
    assert hook.shown == [
        "a_job jr_1 is STARTING",
        "1",
        "a_job jr_1 is RUNNING",
        "a_job jr_1 is STOPPING",
    ]
    for state in ("SUCCEEDED", "STOPPED", "FAILED", "TIMEOUT"):
        assert hook._handle_state(state, "a_job", "jr_1", True, tokens) == f"the provider's {state}"


def test_no_log_yet_is_no_error(logs: FakeLogs, read_on: Any) -> None:
    assert read_on() == []
    logs.streams = {"g/output": ["1"]}
    assert read_on() == ["1"]
