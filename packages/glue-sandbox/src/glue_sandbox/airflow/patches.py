"""Where Airflow is changed for one machine with SQLite: five places of Airflow 3.2, one of them in 2.11, too.

For the Airflow launcher, which runs in Airflow's environment: standard library and Airflow only.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any


def keep_writes_off_the_event_loop() -> None:
    """Let the API server never wait for itself; must come before its routes are imported.

    Airflow 3.2 writes its audit log inside the event loop. On SQLite that write waits for a request which
    holds the only write lock and cannot commit before the event loop goes on: everything stands still until
    the wait ends in an error. A burst of S3 events is enough. So there is no audit log here.
    """
    from airflow.api_fastapi.logging import decorators

    def nothing() -> None:
        """Write no audit log."""

    decorators.action_logging = lambda *_, **__: nothing


def serve_recent_task_clients_only() -> None:
    """Let the API for tasks speak two versions of its protocol; must come before its application is made.

    Airflow 3.2 builds every route for each of eight versions, back to 3.0: four seconds at every start, and
    memory. Tasks, triggers and DAG processing here are of this very Airflow and speak the newest. The one
    before stays, for the newest says of each of its changes how it was there.
    """
    from airflow.api_fastapi.execution_api import versions

    newest, before, *_ = versions.bundle.versions
    for change in newest.changes:
        change._bound_version_bundle = None  # it belongs to the bundle of all versions
    versions.bundle = versions.VersionBundle(versions.HeadVersion(), newest, versions.Version(before.value))


def notice_task_exit_quickly() -> None:
    """Let a task's supervisor see at once that its task ended.

    Airflow 3.2 sleeps up to `workers.min_heartbeat_interval` seconds when a task closes its sockets a
    moment before it exits; until then its slot is taken and its successor waits.
    """
    from airflow.sdk.execution_time.supervisor import WatchedSubprocess

    original: Callable[..., Any] = WatchedSubprocess._service_subprocess

    def service_subprocess(self: Any, max_wait_time: float, *args: Any, **kwargs: Any) -> Any:
        return original(self, max_wait_time if self._open_sockets else 0.02, *args, **kwargs)

    WatchedSubprocess._service_subprocess = service_subprocess


def start_workers_for_tasks() -> None:
    """Let the executor have no worker before there is a task, then at most one more for each that waits.

    Airflow 3.2 forks as many workers as tasks may run, and when one has ended, all that are missing. Each is
    18 MB that nobody else has. After that it takes what was imported before the forks back from what the
    collector leaves alone, so that the scheduler's next collection copies it, too.
    """
    from airflow.executors.local_executor import LocalExecutor

    def spawn_for_waiting_tasks(self: Any, most: int) -> None:
        with self._unread_messages:
            waiting = self._unread_messages.value
        for _ in range(min(waiting, most)):
            self._spawn_worker()

    LocalExecutor._spawn_workers_with_gc_freeze = spawn_for_waiting_tasks


PAUSE_SECONDS = 60
"""Between two looks for tasks without heartbeats, which are ten seconds apart."""
LOOK_OF_AIRFLOW_2 = "_find_and_purge_zombies"
LOOK_OF_AIRFLOW_3 = "_find_and_purge_task_instances_without_heartbeats"
"""The scheduler's method that looks for tasks without heartbeats."""


def keep_own_tasks_after_a_pause(look: str) -> None:
    """Let a scheduler that stood still, as on a laptop that slept, not take its own tasks for lost.

    When it goes on, Airflow's scheduler finds its own heartbeat too old, marks itself as failed, and starts
    tasks that are still running a second time; and tasks had no chance yet to say that they are alive. There
    is one scheduler in a sandbox: what asks is alive, and tasks get until the next look to say it.
    """
    from airflow.jobs.job import Job
    from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
    from airflow.utils.session import create_session

    def say_that_it_lives(scheduler: Any) -> None:
        with create_session() as session:
            own = session.get(Job, scheduler.job.id)
            own.latest_heartbeat = datetime.now(UTC)

    adopt = SchedulerJobRunner.adopt_or_reset_orphaned_tasks
    SchedulerJobRunner.adopt_or_reset_orphaned_tasks = preceded(adopt, say_that_it_lives)
    setattr(SchedulerJobRunner, look, left_out_after_a_pause(getattr(SchedulerJobRunner, look)))


def preceded(action: Callable[..., Any], first: Callable[[Any], None]) -> Callable[..., Any]:
    """Return a method that does `first` with its object before `action`."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        first(self)
        return action(self, *args, **kwargs)

    return method


def left_out_after_a_pause(
    action: Callable[[Any], None], clock: Callable[[], float] = time.time
) -> Callable[[Any], None]:
    """Return a method that does nothing when its last call is too long ago; a machine's sleep counts."""
    last = clock()

    def method(self: Any) -> None:
        nonlocal last
        seconds, last = clock() - last, clock()
        if seconds <= PAUSE_SECONDS:
            action(self)

    return method
