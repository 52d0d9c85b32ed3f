"""Definitions and runs as they are stored: what is given back, who keeps what, and who waits for whom."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from glue_service.aws import ROLE
from glue_service.in_process import client_of, copy_of, stored
from glue_service.seeded_catalog import SCOPE, SHELL, SPARK

from local_glue.api.glue_api_model import service_model, shape
from local_glue.http.app import App
from local_glue.runs import records
from local_glue.runs.arguments.ignored_arguments import ignored_arguments, missing_module
from local_glue.runs.manager import RunManager
from local_glue.runs.outcome import Outcome
from local_glue.runs.states import TRANSITIONS
from local_glue.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

WHOLE: Any = {
    "Role": ROLE,
    "Command": {**SPARK, "PythonVersion": "3", "Runtime": "r"},
    "JobMode": "VISUAL",
    "JobRunQueuingEnabled": True,
    "Description": "all members",
    "LogUri": "s3://b/logs",
    "ExecutionProperty": {"MaxConcurrentRuns": 1},
    "DefaultArguments": {"--a": "b"},
    "NonOverridableArguments": {"--c": "d"},
    "Connections": {"Connections": ["warehouse"]},
    "MaxRetries": 2,
    "Timeout": 7,
    "WorkerType": "G.1X",
    "NumberOfWorkers": 3,
    "SecurityConfiguration": "sealed",
    "NotificationProperty": {"NotifyDelayAfter": 5},
    "GlueVersion": "5.0",
    "CodeGenConfigurationNodes": {"n": {"DropFields": {"Name": "n", "Inputs": ["m"], "Paths": [["a"]]}}},
    "ExecutionClass": "FLEX",
    "SourceControlDetails": {"Provider": "GITHUB", "Repository": "r"},
    "MaintenanceWindow": "Sun:10",
}
CAPACITY = {"AllocatedCapacity": 3, "MaxCapacity": 3.0}


@pytest.fixture
def glue(app: App) -> GlueClient:
    return client_of(app)


def run_of(glue: GlueClient, job: str, run_id: str) -> dict[str, Any]:
    return dict(glue.get_job_run(JobName=job, RunId=run_id)["JobRun"])


def test_every_member_of_a_definition_is_given_back(glue: GlueClient) -> None:
    either = {"Name", "Tags", *CAPACITY}
    assert set(WHOLE) == set(shape("CreateJobRequest").members) - either
    glue.create_job(Name="whole", **WHOLE)
    found: Any = glue.get_job(JobName="whole")["Job"]
    times = [found.pop("CreatedOn"), found.pop("LastModifiedOn")]
    assert found == {"Name": "whole", **WHOLE, **CAPACITY}
    assert times[0] == times[1]


def stored_run(app: App, run_id: str) -> dict[str, Any]:
    with app.store.transaction(SCOPE) as documents:
        run = documents.get(records.KIND, run_id)
    assert run
    return run


def test_the_states_are_those_of_the_model() -> None:
    assert {*TRANSITIONS, "EXPIRED"} == set(service_model().shape_for("JobRunState").enum)


def test_the_same_definition_again_is_no_error_and_changes_nothing(app: App, glue: GlueClient) -> None:
    glue.create_job(Name="whole", **WHOLE, Tags={"team": "a"})
    before = stored(app)
    assert glue.create_job(Name="whole", **WHOLE, Tags={"team": "a"})["Name"] == "whole"
    for other in ({"Timeout": 8}, {"Tags": {"team": "b"}}):
        with pytest.raises(glue.exceptions.IdempotentParameterMismatchException):
            glue.create_job(Name="whole", **{**WHOLE, "Tags": {"team": "a"}, **other})
    assert stored(app) == before


def test_a_run_keeps_the_definition_that_it_was_started_with(app: App, glue: GlueClient) -> None:
    glue.create_job(Name="j", Role=ROLE, Command=SHELL, Timeout=7)
    run_id = glue.start_job_run(JobName="j")["JobRunId"]
    command: Any = {**SHELL, "ScriptLocation": "s3://b/other.py"}
    glue.update_job(JobName="j", JobUpdate={"Role": ROLE, "Command": command, "Timeout": 9})
    assert run_of(glue, "j", run_id)["Timeout"] == 7
    assert stored_run(app, run_id)["Definition"]["Command"]["ScriptLocation"] == SHELL["ScriptLocation"]


def test_the_time_of_a_run_under_way_goes_on(app: App, glue: GlueClient) -> None:
    glue.create_job(Name="j", Role=ROLE, Command=SHELL)
    run_id = glue.start_job_run(JobName="j")["JobRunId"]
    assert run_of(glue, "j", run_id)["ExecutionTime"] == 0
    assert "Arguments" not in run_of(glue, "j", run_id)
    now = run_of(glue, "j", run_id)["StartedOn"].timestamp()
    with app.store.transaction(SCOPE) as documents:
        records.change(documents, run_id, "RUNNING", now, RunningSince=now - 90)
    run = run_of(glue, "j", run_id)
    assert run["ExecutionTime"] >= 90
    assert "CompletedOn" not in run


def test_a_run_that_waits_says_why_and_starts_when_the_job_may_have_more(glue: GlueClient) -> None:
    glue.create_job(Name="j", Role=ROLE, Command=SHELL, JobRunQueuingEnabled=True)
    runs = [glue.start_job_run(JobName="j")["JobRunId"] for _ in range(4)]
    waiting = run_of(glue, "j", runs[1])
    assert waiting["JobRunState"] == "WAITING"
    assert waiting["StateDetail"].startswith("Concurrent runs exceeded for j")
    more: Any = {"Role": ROLE, "Command": SHELL, "ExecutionProperty": {"MaxConcurrentRuns": 3}}
    glue.update_job(JobName="j", JobUpdate=more)
    states = [run_of(glue, "j", run_id)["JobRunState"] for run_id in runs]
    assert states == ["STARTING", "STARTING", "STARTING", "WAITING"]
    assert "StateDetail" not in run_of(glue, "j", runs[1])


def test_a_run_that_waits_for_a_deleted_job_is_an_error(glue: GlueClient) -> None:
    glue.create_job(Name="j", Role=ROLE, Command=SHELL, JobRunQueuingEnabled=True)
    first, second = (glue.start_job_run(JobName="j")["JobRunId"] for _ in range(2))
    glue.delete_job(JobName="j")
    assert run_of(glue, "j", first)["JobRunState"] == "STARTING"
    run = run_of(glue, "j", second)
    assert (run["JobRunState"], run["ErrorMessage"]) == ("ERROR", "Job with name: j not found.")
    assert run["CompletedOn"] >= run["StartedOn"]


def test_after_a_restart_runs_wait_on_or_start_in_turn_and_those_under_way_have_ended(
    app: App, glue: GlueClient, tmp_path: Path
) -> None:
    (tmp_path / "after").mkdir()
    two: Any = {"MaxConcurrentRuns": 2}
    glue.create_job(Name="j", Role=ROLE, Command=SHELL, JobRunQueuingEnabled=True, ExecutionProperty=two)
    runs = [glue.start_job_run(JobName="j")["JobRunId"] for _ in range(5)]
    with app.store.transaction(SCOPE) as documents:
        records.change(documents, runs[0], "RUNNING", 1.0, RunningSince=1.0)
    glue.batch_stop_job_run(JobName="j", JobRunIds=[runs[1]])
    states = [run_of(glue, "j", run_id)["JobRunState"] for run_id in runs]
    assert states == ["RUNNING", "STOPPING", "WAITING", "WAITING", "WAITING"]

    after, start = copy_of(app, tmp_path / "after"), Mock()
    after.runs.start = start  # type: ignore[method-assign]
    after.runs.recover()
    found = [run_of(client_of(after), "j", run_id) for run_id in runs]
    states = [run["JobRunState"] for run in found]
    assert states == ["FAILED", "STOPPED", "STARTING", "STARTING", "WAITING"]
    assert [call.args[1]["Id"] for call in start.mock_calls] == runs[2:4]
    assert "ended while the run was under way" in found[0]["ErrorMessage"]
    assert "ErrorMessage" not in found[1]
    assert all("CompletedOn" in run for run in found[:2])


@pytest.fixture
def locked(impatient_app: App) -> Iterator[sqlite3.Connection]:
    """Someone else who holds the state's file and lets go of it by `ROLLBACK`."""
    file = impatient_app.settings.database
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        yield other


@dataclass
class WaitingDrivers:
    """In place of warm drivers, which are made while no run is under way."""

    settings: Settings
    is_idle: Callable[[], bool]
    seen_idle: list[bool] = field(default_factory=list)

    def close(self) -> None:
        """Have nothing to end."""


@pytest.fixture
def end_run(
    impatient_app: App, locked: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], tuple[str, list[bool]]]:
    """Have a run end with success while the state can't be written; give its id, and who saw no run when."""
    app = impatient_app
    pools: list[WaitingDrivers] = []

    def end() -> tuple[str, list[bool]]:
        glue = client_of(app)
        glue.create_job(Name="j", Role=ROLE, Command=SHELL)
        run_id = glue.start_job_run(JobName="j")["JobRunId"]
        with app.store.transaction(SCOPE) as documents:
            run = records.change(documents, run_id, "RUNNING", 1.0, RunningSince=1.0)
        assert run is not None

        manager = RunManager(app.settings, app.store, app.bus)
        manager.start(SCOPE, run)
        manager.stop_all()  # returns when the run has ended
        (pool,) = pools
        return run_id, [*pool.seen_idle, pool.is_idle()]

    def make_pool(settings: Settings, is_idle: Callable[[], bool]) -> WaitingDrivers:
        pools.append(WaitingDrivers(settings, is_idle))
        return pools[-1]

    def execute() -> Outcome:
        (pool,) = pools
        pool.seen_idle.append(pool.is_idle())
        locked.execute("BEGIN IMMEDIATE")
        return Outcome("SUCCEEDED")

    execution = SimpleNamespace(execute=execute, abandon=lambda _: None)
    monkeypatch.setattr("local_glue.runs.manager.DriverPool", make_pool)
    monkeypatch.setattr("local_glue.runs.manager.Execution", lambda *_: execution)
    return end


def test_the_end_of_a_run_is_stored_when_the_state_can_be_written_again(
    impatient_app: App,
    end_run: Callable[[], tuple[str, list[bool]]],
    locked: sqlite3.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("local_glue.store.time.sleep", lambda _: locked.execute("ROLLBACK"))
    run_id, is_idle = end_run()
    assert run_of(client_of(impatient_app), "j", run_id)["JobRunState"] == "SUCCEEDED"
    assert is_idle == [False, True]


def test_a_run_whose_end_can_never_be_stored_is_in_the_log_and_keeps_no_driver_waiting(
    end_run: Callable[[], tuple[str, list[bool]]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("local_glue.store.time.sleep", lambda _: None)
    run_id, is_idle = end_run()
    assert caplog.messages[-1].startswith(f"run {run_id} of j ended as SUCCEEDED, which can't be stored: ")
    assert "database is locked" in caplog.messages[-1]
    assert is_idle == [False, True]


@pytest.mark.parametrize(("version", "is_told"), [("3", True), ("3.9", False)])
def test_a_python_shell_that_aws_takes_no_new_jobs_of_is_told(
    app: App, glue: GlueClient, version: str, is_told: bool
) -> None:
    command: Any = {**SHELL, "PythonVersion": version}
    glue.create_job(Name="j", Role=ROLE, Command=command)
    run = stored_run(app, glue.start_job_run(JobName="j")["JobRunId"])
    assert ("AWS takes no new jobs of Python shell 3.6" in "".join(ignored_arguments(run, {}))) == is_told


@pytest.mark.parametrize(("library_set", "lines"), [("analytics", 0), ("none", 1)])
def test_of_a_library_set_only_a_job_that_wants_none_is_told(
    app: App, glue: GlueClient, library_set: str, lines: int
) -> None:
    glue.create_job(Name="j", Role=ROLE, Command=SHELL)
    run = stored_run(app, glue.start_job_run(JobName="j")["JobRunId"])
    told = ignored_arguments(run, {"--library-set": library_set})
    assert sum("library-set" in line for line in told) == lines


@pytest.mark.parametrize(
    ("arguments", "error", "lines"),
    [
        ({}, "ModuleNotFoundError: No module named 'awswrangler'", 1),
        ({"--library-set": "analytics"}, "ModuleNotFoundError: No module named 'awswrangler'", 1),
        ({"--library-set": "none"}, "ModuleNotFoundError: No module named 'awswrangler'", 0),
        ({}, "ValueError: 1", 0),
    ],
)
def test_a_script_that_lacks_a_module_is_told_what_the_library_set_has(
    app: App, glue: GlueClient, arguments: dict[str, str], error: str, lines: int
) -> None:
    glue.create_job(Name="j", Role=ROLE, Command=SHELL)
    run = stored_run(app, glue.start_job_run(JobName="j")["JobRunId"])
    told = [*missing_module(run, arguments, error)]
    assert len(told) == lines
    assert all("comes by --additional-python-modules" in line for line in told)


@pytest.mark.parametrize("name", ["a/b c", "☂ %20", "'\"\\", "x" * 255])
def test_a_job_may_have_an_odd_name(glue: GlueClient, name: str) -> None:
    arn = f"arn:aws:glue:us-east-1:000000000000:job/{name}"
    glue.create_job(Name=name, Role=ROLE, Command=SHELL, Tags={"a": "b"})
    run_id = glue.start_job_run(JobName=name)["JobRunId"]
    assert glue.get_job_runs(JobName=name)["JobRuns"][0]["Id"] == run_id
    assert glue.list_jobs()["JobNames"] == [name]
    assert glue.get_tags(ResourceArn=arn)["Tags"] == {"a": "b"}
    glue.delete_job(JobName=name)
    assert glue.list_jobs()["JobNames"] == []


def test_runs_come_newest_first_and_in_pages(glue: GlueClient) -> None:
    glue.create_job(Name="j", Role=ROLE, Command=SHELL, ExecutionProperty={"MaxConcurrentRuns": 9})
    made = [glue.start_job_run(JobName="j")["JobRunId"] for _ in range(5)]
    pages = list(glue.get_paginator("get_job_runs").paginate(JobName="j", PaginationConfig={"PageSize": 2}))
    assert [len(page["JobRuns"]) for page in pages] == [2, 2, 1]
    assert [run["Id"] for page in pages for run in page["JobRuns"]] == made[::-1]


@pytest.mark.parametrize(
    ("command", "capacity", "shown"),
    [
        (SPARK, {"WorkerType": "G.2X", "NumberOfWorkers": 3}, {"MaxCapacity": 6.0, "AllocatedCapacity": 6}),
        (SPARK, {"GlueVersion": "1.0", "MaxCapacity": 4.0}, {"MaxCapacity": 4.0, "AllocatedCapacity": 4}),
        (SPARK, {"GlueVersion": "auto"}, {"MaxCapacity": 10.0, "Timeout": 480, "GlueVersion": "auto"}),
        (SHELL, {}, {"MaxCapacity": 0.0625, "AllocatedCapacity": 0}),
        (SHELL, {"MaxCapacity": 1.0}, {"MaxCapacity": 1.0, "AllocatedCapacity": 1}),
        (SHELL, {"AllocatedCapacity": 1}, {"MaxCapacity": 1.0, "AllocatedCapacity": 1}),
    ],
)
def test_a_capacity_is_shown_in_each_of_its_forms(
    glue: GlueClient, command: Any, capacity: dict[str, Any], shown: dict[str, Any]
) -> None:
    glue.create_job(Name="j", Role=ROLE, Command=command, **capacity)
    found: Any = glue.get_job(JobName="j")["Job"]
    assert {name: found[name] for name in shown} == shown
    run = run_of(glue, "j", glue.start_job_run(JobName="j")["JobRunId"])
    assert {name: run[name] for name in shown} == shown
    assert type(found["MaxCapacity"]) is type(run["MaxCapacity"]) is float
