"""A run is followed with few questions: each answer costs Airflow some of what the run itself needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from glue_sandbox.airflow.client import AirflowApi, DagRun, TaskInstance
from glue_sandbox.errors import SandboxError

States = tuple[str | None, ...]


class ScriptedApi(AirflowApi):
    """Airflow at the moments of a run, its state and its tasks'; each look at the tasks is a moment later."""

    def __init__(self, moments: Sequence[tuple[str, States]]) -> None:
        super().__init__("http://127.0.0.1:1", "admin", "none")
        self.moments, self.now = moments, 0
        self.asked: list[str] = []

    def _call(self, method: str, path: str, *_: Any, **__: Any) -> Any:
        assert method == "GET"
        empty = {"start_date": None, "end_date": None}
        if not path.endswith("/taskInstances"):
            self.asked.append("run")
            run = {"dag_id": "dag", "dag_run_id": "one", "run_type": "manual"}
            return run | {"state": self.moments[self.now][0]} | empty

        self.asked.append("tasks")
        self.now = min(self.now + 1, len(self.moments) - 1)
        tasks = enumerate(self.moments[self.now][1])
        each = {"try_number": 1, "priority_weight": 1} | empty
        return {"task_instances": [{"task_id": str(n), "state": state} | each for n, state in tasks]}


MOMENTS: list[tuple[str, States]] = [
    ("queued", (None, None)),
    ("queued", (None, None)),
    ("running", ("running", None)),
    ("running", ("deferred", None)),
    ("running", ("success", "scheduled")),
    ("success", ("success", "success")),
]


def followed(api: ScriptedApi) -> tuple[DagRun, list[tuple[str, States]]]:
    seen: list[tuple[str, States]] = []

    def look(run: DagRun, tasks: list[TaskInstance]) -> None:
        seen.append((run.state, tuple(task.state for task in tasks)))

    return api.wait_for_run("dag", "one", 10, look, poll_seconds=0.0), seen


def test_the_run_is_asked_for_only_when_no_task_is_at_work() -> None:
    api = ScriptedApi(MOMENTS)

    ended, seen = followed(api)

    assert ended.state == "success"
    assert [states for _, states in seen] == [states for _, states in MOMENTS[1:]]
    # At first and beside the tasks that wait; then while tasks are at work not once, and again at the end.
    assert api.asked.count("run") == 3
    assert api.asked.count("tasks") == len(seen) + 1


@pytest.mark.parametrize("last", [("success", "skipped"), ("failed", "upstream_failed"), (None, None)])
def test_the_last_look_at_a_run_that_is_over_shows_how_its_tasks_ended(last: States) -> None:
    api = ScriptedApi([("queued", (None, None)), ("success", (None, None)), ("success", last)])

    _, seen = followed(api)

    assert seen[-1] == ("success", last)


def test_a_run_without_progress_to_show_asks_for_no_task() -> None:
    api = ScriptedApi([("success", ("success",))])

    assert api.wait_for_run("dag", "one", 10, poll_seconds=0.0).state == "success"
    assert "tasks" not in api.asked


def test_a_run_that_does_not_end_in_time_names_the_states_of_its_tasks() -> None:
    api = ScriptedApi([("running", ("running", None))])

    with pytest.raises(SandboxError, match=r"it is running: 0 running, 1 None"):
        api.wait_for_run("dag", "one", 0.05, lambda *_: None, poll_seconds=0.01)
