"""The project's DAG as Airflow runs it: which runs a delivery started, and when all of it was processed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from glue_sandbox.airflow.client import AirflowApi, DagRun, TaskInstance
from glue_sandbox.airflow.log_tail import log_tail
from glue_sandbox.airflow.releases.changes_for_airflow_3 import changes_for_airflow_3
from glue_sandbox.errors import SandboxError
from glue_sandbox.processes.supervisor import State
from glue_sandbox.project.file import FILE
from glue_sandbox.project.script_paths import ScriptPaths
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import airflow_page, airflow_password, airflow_state, require_airflow

EVENT_SECONDS = 20.0  # how long an S3 event may take to start a run
POLL_SECONDS = 0.5
ANSWER_SECONDS = 120  # Airflow shares the machine with Spark, and may be slow while that works
GLUE_RUN = re.compile(r"\b(jr_[0-9a-f]{6})[0-9a-f]*\b")
"""The id of a run in a task's log, of which its begin is enough."""
Progress = Callable[[DagRun, list[TaskInstance]], None]


def open_airflow(settings: Settings) -> AirflowApi:
    """Return a client of the running Airflow.

    Raises:
        SandboxError: the project has no DAG.
    """
    require_airflow(settings)
    password = airflow_password(settings) or ""
    version = settings.project.airflow.version
    user = settings.project.airflow.user
    return AirflowApi(settings.airflow_url, user, password, ANSWER_SECONDS, version)


@contextmanager
def open_dag(settings: Settings, dag_id: str | None = None) -> Iterator[Dag]:
    """Open a DAG in the running Airflow; the project's own, if no other is named."""
    with open_airflow(settings) as airflow:
        yield Dag(settings, airflow, dag_id)


def runs_under_way(settings: Settings) -> list[str]:
    """Return the ids of the runs that are at work; none where Airflow does not run, or does not say."""
    try:
        if airflow_state(settings) is not State.HEALTHY:
            return []
        with open_dag(settings) as dag:
            return [run.run_id for run in dag.runs() if run.state == "running"]
    except SandboxError:
        return []


class FailedRunError(SandboxError):
    """A run of the DAG failed; which task, and the end of its log."""


class Dag:
    """One DAG, and its runs."""

    def __init__(self, settings: Settings, airflow: AirflowApi, dag_id: str | None = None) -> None:
        self._settings, self._airflow = settings, airflow
        self.dag_id = dag_id or settings.dag_id

    def wait_until_read(self, seconds: float) -> None:
        """Wait until Airflow has read the DAG.

        Raises:
            SandboxError: it cannot be read, with the traceback; or it is not there in time.
        """
        deadline = time.monotonic() + seconds
        while self.dag_id not in self._airflow.dag_ids():
            broken = self._airflow.import_errors()
            if broken or time.monotonic() > deadline:
                folder = self._settings.project.airflow.dags
                raise SandboxError(
                    f"the DAG {self.dag_id} in Airflow",
                    f"errors in {', '.join(broken)}" if broken else f"none after {seconds:.0f} s",
                    f"correct the file in {folder}/ (Airflow keeps running, reads it again), then: make up",
                    details="\n".join([*broken.values(), *self._changes(broken)]),
                )
            time.sleep(POLL_SECONDS)

    def _changes(self, broken: Mapping[str, str]) -> Iterator[str]:
        """Yield what Airflow 3 wants changed in files that it cannot read: some are written for Airflow 2."""
        project = self._settings.project
        if project.airflow.is_airflow_2:
            return
        for name in broken:
            file = project.dags / name  # or the name itself, where it is a whole path
            changes = changes_for_airflow_3(file.read_text(encoding="utf-8")) if file.is_file() else []
            if changes:
                yield f"{name} is written for Airflow 2. For Airflow {project.airflow.version}:"
                yield from (f"  {change}" for change in changes)
                yield f'  or, if your MWAA has Airflow 2: version = "2.11.2" below [airflow] in {FILE}'

    def trigger(self, conf: Mapping[str, Any] | None = None) -> DagRun:
        """Start a run now, or queue it behind the one that is going."""
        return self._airflow.trigger(self.dag_id, conf)

    def runs(self) -> list[DagRun]:
        """Return the latest runs, newest first."""
        return self._airflow.dag_runs(self.dag_id)

    def tasks(self, run: DagRun) -> list[TaskInstance]:
        """Return a run's tasks, in the DAG's order."""
        return self._airflow.task_instances(self.dag_id, run.run_id)

    def started_runs(self) -> set[str]:
        """Return ids of the runs that have looked for files; a queued one will still see what comes now."""
        runs = self._airflow.dag_runs(self.dag_id, limit=50)
        return {run.run_id for run in runs if run.state != "queued"}

    def settle(self, seconds: float) -> int:
        """Wait until no run is queued or under way; return how many there were."""
        waited_for: set[str] = set()
        while active := [run for run in self._airflow.dag_runs(self.dag_id) if not run.is_over]:
            waited_for |= {run.run_id for run in active}
            self._airflow.wait_for_run(self.dag_id, active[-1].run_id, seconds, poll_seconds=POLL_SECONDS)
        return len(waited_for)

    def wait_for_start(self, known: set[str]) -> tuple[DagRun, bool]:
        """Return the run that works on what was just delivered, and whether it began by itself.

        The S3 event starts it; where none comes, it is started here.
        """
        deadline = time.monotonic() + EVENT_SECONDS
        while time.monotonic() < deadline:
            new = [run for run in self._airflow.dag_runs(self.dag_id) if run.run_id not in known]
            if new:
                return new[0], True
            time.sleep(POLL_SECONDS)
        return self.trigger(), False

    def follow(
        self, known: set[str], is_done: Callable[[], bool], seconds: float, progress: Progress
    ) -> list[DagRun]:
        """Follow every new run until none is under way and `is_done`; return them.

        A file that lands while a run is under way waits for the next one, so one delivery may need two.

        Raises:
            SandboxError: a run failed, or the time is up.
        """
        finished: list[DagRun] = []
        deadline = time.monotonic() + seconds
        self.wait_for_start(known)
        while True:
            seen = known | {run.run_id for run in finished}
            active = self._next_run(seen)
            if active is None and is_done():
                return finished
            if active is None:  # something is left, and no run is coming for it
                active, _ = self.wait_for_start(seen)
            finished.append(self.follow_run(active, max(1.0, deadline - time.monotonic()), progress))

    def follow_run(self, run: DagRun, seconds: float, progress: Progress) -> DagRun:
        """Follow one run to its end.

        Raises:
            FailedRunError: it failed; with the error that the failed task's log ends with.
            SandboxError: the time is up.
        """
        ended = self._airflow.wait_for_run(
            self.dag_id,
            run.run_id,
            seconds,
            lambda now, tasks: progress(self._with_its_turn(now), tasks),
            POLL_SECONDS,
        )
        if ended.state != "success":
            raise self._failure(ended)
        return ended

    def _with_its_turn(self, run: DagRun) -> DagRun:
        """Return a run; a queued one with the run that it waits for: as many as may work at once do."""
        if run.state != "queued":
            return run
        working = (other.run_id for other in self.runs() if other.state == "running")
        others = (run_id for run_id in working if run_id != run.run_id)  # it may have begun meanwhile
        return replace(run, waits_for=next(others, ""))

    def _next_run(self, known: set[str]) -> DagRun | None:
        new = [run for run in self._airflow.dag_runs(self.dag_id) if run.run_id not in known]
        return new[-1] if new else None

    def _failure(self, run: DagRun) -> FailedRunError:
        tasks = self._airflow.task_instances(self.dag_id, run.run_id)
        failed = next((task for task in tasks if task.state == "failed"), None)
        log = (
            self._airflow.task_log(self.dag_id, run.run_id, failed.task_id, failed.try_number)
            if failed
            else ""
        )
        address = f"{airflow_page(self._settings)}/dags/{self.dag_id}"
        of_glue = GLUE_RUN.findall(log)
        whole_log = f"make logs RUN={of_glue[-1]}" if of_glue else "make logs"
        return FailedRunError(
            f"run {run.run_id} to succeed",
            f"task {failed.task_id} failed; the end of its log is above" if failed else f"state {run.state}",
            f"all that its job printed: {whole_log}; the run in Airflow: {address}",
            details=ScriptPaths.of(self._settings.project).in_project("\n".join(log_tail(log))),
        )
