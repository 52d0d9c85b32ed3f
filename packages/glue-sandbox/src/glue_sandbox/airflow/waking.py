"""Airflow's components look at their database when something changed in it, not several times a second.

By itself an idle Airflow 3.2 polls: its scheduler as often as a task is to start without delay, its triggerer
and its DAG processor every second, each time with queries that take a sixth of a core together. Here they
wait until one query of the database says that there is what they are needed for, or a DAG file was edited, or
some seconds have passed; SQLite says by itself whether anybody wrote. While a DAG run is under way the
scheduler looks once a second, for retries come due without anybody writing, and at once when a task of a run
changed its state.

For the Airflow launcher, which runs in Airflow's environment: standard library and Airflow only.
"""

from __future__ import annotations

import os
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

# How long the scheduler is without a look at all, and so how late a scheduled run may begin. Triggerer and
# DAG processor, for which nothing comes due by itself, wait twice as long.
IDLE_SECONDS = float(os.environ.get("AIRFLOW_LAUNCHER_IDLE_SECONDS", "5"))
# How long between two looks at what costs more than a query: a folder of files, a process's sockets.
SELDOM_SECONDS = 0.5
# How long after a query said yes the next one is expected soon.
BUSY_AFTER_SECONDS = 30
# What each component has to do at once. All else that it looks after may wait for IDLE_SECONDS.
RUNS = "SELECT EXISTS (SELECT 1 FROM dag_run WHERE state IN ('queued', 'running'))"
TASKS = (  # of the runs above: as long as these numbers stay, nobody has begun or ended a task
    "SELECT 'runs ' || state, count(*) FROM dag_run WHERE state IN ('queued', 'running') GROUP BY state "
    "UNION ALL SELECT task_instance.state, count(*) FROM task_instance JOIN dag_run "
    "ON dag_run.dag_id = task_instance.dag_id AND dag_run.run_id = task_instance.run_id "
    "WHERE dag_run.state IN ('queued', 'running') GROUP BY task_instance.state"
)
ASSET_EVENTS = "SELECT EXISTS (SELECT 1 FROM asset_dag_run_queue)"
DATASET_EVENTS = "SELECT EXISTS (SELECT 1 FROM dataset_dag_run_queue)"  # what Airflow 2 calls them
TRIGGERS = "SELECT EXISTS (SELECT 1 FROM trigger)"
PARSING = "SELECT EXISTS (SELECT 1 FROM dag_priority_parsing_request) OR EXISTS (SELECT 1 FROM callback)"


class DatabaseWatch(ABC):
    """One process's eye on a database; its connection is opened at the first look, after the fork."""

    busy_seconds: float
    """How long it is waited between two looks soon after a query said yes; four times that otherwise."""
    _last_yes = float("-inf")

    @property
    def poll_seconds(self) -> float:
        """How long it is waited between two looks."""
        is_busy = time.monotonic() - self._last_yes < BUSY_AFTER_SECONDS
        return self.busy_seconds if is_busy else 4 * self.busy_seconds

    def says(self, *queries: str) -> bool:
        """Return True when one of the queries, each for one truth value, answers with yes."""
        yes = any(row[0] for query in queries for row in self.rows(query))
        if yes:
            self._last_yes = time.monotonic()
        return yes

    def changed(self) -> bool:
        """Return False when no other connection can have written since the last call."""
        return True

    @abstractmethod
    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what a query answers."""


class PostgresWatch(DatabaseWatch):
    """A PostgreSQL database, by an address of libpq's."""

    busy_seconds = 0.1

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection: Any = None

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what a query answers; while nobody answers, one row that says yes and equals no other.

        Then Airflow looks for itself, and has its own ways with a database that is not there.
        """
        import psycopg2

        try:
            if self._connection is None:
                self._connection = psycopg2.connect(self._address)
                self._connection.autocommit = True
            with self._connection.cursor() as cursor:
                cursor.execute(query)
                return [*cursor.fetchall()]
        except psycopg2.Error:
            self._connection = None
            return [(object(),)]


class SqliteWatch(DatabaseWatch):
    """A SQLite database, which also says whether anything was written."""

    busy_seconds = 0.05

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._version = 0

    def changed(self) -> bool:
        """Return True when another connection wrote since the last call."""
        before, self._version = self._version, self.rows("PRAGMA data_version")[0][0]
        return self._version != before

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what a query answers."""
        if self._connection is None:
            self._connection = sqlite3.connect(self._path, isolation_level=None, timeout=10)
        return self._connection.execute(query).fetchall()


def watch_of(address: str) -> DatabaseWatch:
    """Return an eye on Airflow's database: `sqlite:///<path>?…`, or `postgresql+<driver>://…`."""
    _, _, rest = address.partition("://")
    if address.startswith("sqlite:"):
        return SqliteWatch(Path(rest.removeprefix("/").partition("?")[0]))
    return PostgresWatch(f"postgresql://{rest}")


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
                    path = os.path.join(parent, name)  # noqa: PTH118 - this runs twice a second
                    try:
                        yield path, os.stat(path).st_mtime_ns  # noqa: PTH116 - the same
                    except FileNotFoundError:
                        continue  # an editor replaces files


def seldom(look: Callable[[], bool], clock: Callable[[], float] = time.monotonic) -> Callable[[], bool]:
    """Return a look that is taken when it was not for SELDOM_SECONDS, and says no in between."""
    due = clock()

    def look_when_due() -> bool:
        nonlocal due
        if clock() < due:
            return False
        due = clock() + SELDOM_SECONDS
        return look()

    return look_when_due


def wait(until: Callable[[], bool], poll_seconds: float, at_most: float | None = None) -> None:
    """Wait until the condition holds, or so many seconds (without a number IDLE_SECONDS) have passed."""
    deadline = time.monotonic() + (IDLE_SECONDS if at_most is None else at_most)
    while not until() and time.monotonic() < deadline:
        time.sleep(poll_seconds)


def wake_on_change(watch: DatabaseWatch, dags: Path) -> None:
    """Let all components wait so; must come before they are forked."""
    wake_scheduler(watch, ASSET_EVENTS)
    _triggerer(watch)
    _dag_processor(watch, FolderWatch(dags))


def wake_scheduler(watch: DatabaseWatch, events: str) -> None:
    """Let the scheduler wait so; `events` is the query for DAGs that have data to work on."""
    from airflow.jobs import scheduler_job_runner

    seen: set[tuple[Any, ...]] = set()

    def sleep(seconds: float) -> None:
        nonlocal seen
        if watch.says(RUNS):
            # Against what was there when the scheduler last began to look: nothing comes in between unseen.
            wait(lambda: set(watch.rows(TASKS)) != seen, watch.poll_seconds, seconds)
            seen = set(watch.rows(TASKS))
        else:
            wait(lambda: watch.changed() and watch.says(RUNS, events), watch.poll_seconds)

    # All that its module takes of `time`.
    scheduler_job_runner.time = SimpleNamespace(sleep=sleep)


def _triggerer(watch: DatabaseWatch) -> None:
    from airflow.jobs.triggerer_job_runner import TriggerRunnerSupervisor

    original: Callable[..., Any] = TriggerRunnerSupervisor._service_subprocess

    def service_subprocess(self: Any, max_wait_time: float, *args: Any, **kwargs: Any) -> Any:
        if not _is_idle(self):
            return original(self, max_wait_time, *args, **kwargs)
        exit_code = None

        def has_ended() -> bool:
            nonlocal exit_code
            exit_code = original(self, 0, *args, **kwargs)
            return exit_code is not None or not _is_idle(self)

        ended = seldom(has_ended)
        wait(
            lambda: ended() or (watch.changed() and watch.says(TRIGGERS)),
            watch.poll_seconds,
            2 * IDLE_SECONDS,
        )
        return exit_code

    TriggerRunnerSupervisor._service_subprocess = service_subprocess


def _is_idle(triggerer: Any) -> bool:
    """Return True when the triggerer has no trigger, none to start or to end, and nothing to report."""
    work = ("running_triggers", "creating_triggers", "cancelling_triggers", "events", "failed_triggers")
    return not triggerer.stop and not any(getattr(triggerer, name) for name in work)


def _dag_processor(watch: DatabaseWatch, files: FolderWatch) -> None:
    from airflow.dag_processing.manager import DagFileProcessorManager

    original: Callable[..., Any] = DagFileProcessorManager._service_processor_sockets
    edited = seldom(files.changed)

    def service_processor_sockets(self: Any, timeout: float | None = 1.0) -> Any:
        if timeout and not self._processors and not self._file_queue:
            wait(
                lambda: edited() or (watch.changed() and watch.says(PARSING)),
                watch.poll_seconds,
                2 * IDLE_SECONDS,
            )
            timeout = 0
        return original(self, timeout)

    DagFileProcessorManager._service_processor_sockets = service_processor_sockets
