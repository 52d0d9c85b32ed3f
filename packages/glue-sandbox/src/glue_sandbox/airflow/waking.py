"""Airflow's components look at their database when something changed in it, not several times a second.

By itself an idle Airflow 3.2 polls: its scheduler as often as a task is to start without delay, its triggerer
and its DAG processor every second, each time with queries that take a sixth of a core together. Here they
wait until SQLite says that somebody wrote what they are needed for, or a DAG file was edited, or some seconds
have passed. While a DAG run is under way the scheduler polls as it always does: retries come due without
anybody writing.

For the Airflow launcher, which runs in Airflow's environment: standard library and Airflow only.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

# How long without a look at all, and so how late a scheduled run may begin.
IDLE_SECONDS = float(os.environ.get("AIRFLOW_EMBEDDED_IDLE_SECONDS", "5"))
POLL_SECONDS = 0.05
# What each component has to do at once. All else that it looks after may wait for IDLE_SECONDS.
RUNS = "SELECT EXISTS (SELECT 1 FROM dag_run WHERE state IN ('queued', 'running'))"
ASSET_EVENTS = "SELECT EXISTS (SELECT 1 FROM asset_dag_run_queue)"
TRIGGERS = "SELECT EXISTS (SELECT 1 FROM trigger)"
PARSING = "SELECT EXISTS (SELECT 1 FROM dag_priority_parsing_request) OR EXISTS (SELECT 1 FROM callback)"


class DatabaseWatch:
    """One process's eye on a SQLite database; its connection is opened at the first look, after the fork."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._version = 0

    def says(self, *queries: str) -> bool:
        """Return True when one of the queries, each for one number, answers with another one than 0."""
        return any(self._ask(query) for query in queries)

    def changed(self) -> bool:
        """Return True when another connection wrote since the last call."""
        before, self._version = self._version, self._ask("PRAGMA data_version")
        return self._version != before

    def _ask(self, query: str) -> int:
        if self._connection is None:
            self._connection = sqlite3.connect(self._path, isolation_level=None, timeout=10)
        answer: int = self._connection.execute(query).fetchone()[0]
        return answer


class FolderWatch:
    """The Python files of a folder: their names and times of change."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen = frozenset(self._look())

    def changed(self) -> bool:
        """Return True when a file came, went or was edited since the last call."""
        before, self._seen = self._seen, frozenset(self._look())
        return self._seen != before

    def _look(self) -> Iterable[tuple[str, int]]:
        for parent, folders, files in os.walk(self._folder):
            # A folder of DAGs may be a whole repository, with thousands of files in .git, .venv or .sandbox.
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in files:
                if name.endswith((".py", ".zip", ".airflowignore")):
                    path = os.path.join(parent, name)  # noqa: PTH118 - this runs twenty times a second
                    try:
                        yield path, os.stat(path).st_mtime_ns  # noqa: PTH116 - the same
                    except FileNotFoundError:
                        continue  # an editor replaces files


def wait(until: Callable[[], bool]) -> None:
    """Wait until the condition holds, or IDLE_SECONDS have passed."""
    deadline = time.monotonic() + IDLE_SECONDS
    while not until() and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def wake_on_change(database: Path, dags: Path) -> None:
    """Let all components wait so; must come before they are forked."""
    _scheduler(database)
    _triggerer(database)
    _dag_processor(database, dags)


def _scheduler(database: Path) -> None:
    from airflow.jobs import scheduler_job_runner

    watch = DatabaseWatch(database)

    def sleep(seconds: float) -> None:
        if watch.says(RUNS):
            time.sleep(seconds)
        else:
            wait(lambda: watch.changed() and watch.says(RUNS, ASSET_EVENTS))

    # All that its module takes of `time`.
    scheduler_job_runner.time = SimpleNamespace(sleep=sleep)


def _triggerer(database: Path) -> None:
    from airflow.jobs.triggerer_job_runner import TriggerRunnerSupervisor

    watch = DatabaseWatch(database)
    original: Callable[..., Any] = TriggerRunnerSupervisor._service_subprocess

    def service_subprocess(self: Any, max_wait_time: float, *args: Any, **kwargs: Any) -> Any:
        if not _is_idle(self):
            return original(self, max_wait_time, *args, **kwargs)
        exit_code = None

        def ended_or_needed() -> bool:
            nonlocal exit_code
            exit_code = original(self, 0, *args, **kwargs)
            return exit_code is not None or not _is_idle(self) or (watch.changed() and watch.says(TRIGGERS))

        wait(ended_or_needed)
        return exit_code

    TriggerRunnerSupervisor._service_subprocess = service_subprocess


def _is_idle(triggerer: Any) -> bool:
    """Return True when the triggerer has no trigger, none to start or to end, and nothing to report."""
    work = ("running_triggers", "creating_triggers", "cancelling_triggers", "events", "failed_triggers")
    return not triggerer.stop and not any(getattr(triggerer, name) for name in work)


def _dag_processor(database: Path, dags: Path) -> None:
    from airflow.dag_processing.manager import DagFileProcessorManager

    watch, files = DatabaseWatch(database), FolderWatch(dags)
    original: Callable[..., Any] = DagFileProcessorManager._service_processor_sockets

    def service_processor_sockets(self: Any, timeout: float | None = 1.0) -> Any:
        if timeout and not self._processors and not self._file_queue:
            wait(lambda: files.changed() or (watch.changed() and watch.says(PARSING)))
            timeout = 0
        return original(self, timeout)

    DagFileProcessorManager._service_processor_sockets = service_processor_sockets
