"""Where Airflow is changed: a scheduler that stood still goes on with its own tasks; workers as needed."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from glue_sandbox.airflow import patches


def test_after_a_pause_tasks_get_until_the_next_look_to_say_that_they_live() -> None:
    now = [0.0]

    def clock() -> float:
        return now[0]

    looks: list[str] = []
    look = patches.left_out_after_a_pause(looks.append, clock)
    for now[0] in (10, 20, 300, 310, 371):
        look(f"at {now[0]:.0f}")
    assert looks == ["at 10", "at 20", "at 310"]


@pytest.mark.parametrize("look", [patches.LOOK_OF_AIRFLOW_2, patches.LOOK_OF_AIRFLOW_3])
def test_a_scheduler_that_asks_for_lost_tasks_is_alive(look: str, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = {1: SimpleNamespace(latest_heartbeat=None), 2: SimpleNamespace(latest_heartbeat=None)}
    seen: list[Any] = []

    class Runner:
        job = SimpleNamespace(id=2)

        def adopt_or_reset_orphaned_tasks(self, session: str = "none") -> int:
            seen.append((session, jobs[1].latest_heartbeat, jobs[2].latest_heartbeat))
            return 7

    setattr(Runner, look, lambda _: seen.append("looked"))

    @contextmanager
    def create_session() -> Iterator[Any]:
        yield SimpleNamespace(get=lambda _, number: jobs[number])

    modules: dict[str, dict[str, Any]] = {
        "airflow": {},
        "airflow.jobs": {},
        "airflow.utils": {},
        "airflow.jobs.job": {"Job": object},
        "airflow.jobs.scheduler_job_runner": {"SchedulerJobRunner": Runner},
        "airflow.utils.session": {"create_session": create_session},
    }
    for name, content in modules.items():
        module = ModuleType(name)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, name, module)

    before = datetime.now(UTC)
    patches.keep_own_tasks_after_a_pause(look)
    assert Runner().adopt_or_reset_orphaned_tasks(session="own") == 7
    ((session, of_another, of_its_own),) = seen
    assert (session, of_another) == ("own", None)
    assert before <= of_its_own <= datetime.now(UTC)
    getattr(Runner(), look)()
    assert seen[1:] == ["looked"]


def test_workers_are_started_for_tasks_that_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    class Executor:
        """Airflow's, as far as it starts workers."""

        def __init__(self, waiting: int) -> None:
            self._unread_messages = multiprocessing.Value("i", waiting)
            self.started = 0

        def _spawn_worker(self) -> None:
            self.started += 1

    module = ModuleType("local_executor")
    vars(module)["LocalExecutor"] = Executor
    monkeypatch.setitem(sys.modules, "airflow", ModuleType("airflow"))
    monkeypatch.setitem(sys.modules, "airflow.executors", ModuleType("airflow.executors"))
    monkeypatch.setitem(sys.modules, "airflow.executors.local_executor", module)
    patches.start_workers_for_tasks()

    executors = {waiting: Executor(waiting) for waiting in (0, 2, 7)}
    for executor in executors.values():
        executor._spawn_workers_with_gc_freeze(4)  # type: ignore[attr-defined]
    assert {waiting: executor.started for waiting, executor in executors.items()} == {0: 0, 2: 2, 7: 4}
