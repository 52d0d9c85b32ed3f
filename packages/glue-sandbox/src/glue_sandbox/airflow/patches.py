"""Three places in which Airflow 3.2 is changed for one machine with SQLite.

For the Airflow launcher, which runs in Airflow's environment: standard library and Airflow only.
"""

from __future__ import annotations

from collections.abc import Callable
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
