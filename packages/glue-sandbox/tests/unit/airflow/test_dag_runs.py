"""A run that is queued behind another one is told with the run that it waits for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from glue_sandbox.airflow.client import DagRun, TaskInstance
from glue_sandbox.airflow.dag_runs import Dag
from glue_sandbox.settings import Settings

QUEUED = DagRun("d", "manual__2", "manual", "queued", None, None)
AT_WORK = replace(QUEUED, run_id="s3__1", state="running")
DONE = replace(QUEUED, state="success")


class Airflow:
    """A run that is queued, then done; what else there is when one asks again."""

    def __init__(self, *runs: DagRun) -> None:
        self._runs = list(runs)

    def dag_runs(self, _: str) -> list[DagRun]:
        return self._runs

    def wait_for_run(
        self, _: str, __: str, ___: float, on_poll: Callable[[DagRun, list[TaskInstance]], None], ____: float
    ) -> DagRun:
        on_poll(QUEUED, [])
        on_poll(DONE, [])
        return DONE


def test_a_queued_run_is_told_with_the_one_before_it() -> None:
    airflow: Any = Airflow(QUEUED, AT_WORK)
    seen: list[DagRun] = []
    Dag(Settings(), airflow).follow_run(QUEUED, 1, lambda run, _: seen.append(run))
    assert seen == [replace(QUEUED, waits_for="s3__1"), DONE]


def test_a_run_that_began_meanwhile_does_not_wait_for_itself() -> None:
    airflow: Any = Airflow(replace(QUEUED, state="running"))
    seen: list[DagRun] = []
    Dag(Settings(), airflow).follow_run(QUEUED, 1, lambda run, _: seen.append(run))
    assert seen == [QUEUED, DONE]
