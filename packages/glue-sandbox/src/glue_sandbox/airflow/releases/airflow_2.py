"""How Airflow 2 runs on one machine: its components, what they import, and where it is changed.

For the Airflow launcher, which runs in Airflow's environment. Written for Airflow 2.11, with SQLite.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from glue_sandbox.airflow import patches
from glue_sandbox.airflow.mwaa.environment import read_environment
from glue_sandbox.airflow.releases.release import Component, Release, run_command
from glue_sandbox.airflow.releases.rest_versions import Version1
from glue_sandbox.airflow.waking import DATASET_EVENTS, wake_scheduler, watch_of

ROLE = "Admin"


class Release2(Release):
    """Airflow 2: the scheduler reads the DAGs, too, and tasks talk to the database."""

    web = "webserver"
    preload = (
        "airflow.cli.cli_parser",
        "airflow.cli.commands.scheduler_command",
        "airflow.cli.commands.task_command",
        "airflow.cli.commands.triggerer_command",
        "airflow.jobs.local_task_job_runner",
        "airflow.jobs.scheduler_job_runner",
        "airflow.jobs.triggerer_job_runner",
        "airflow.operators.empty",
        "airflow.operators.python",
        "airflow.providers.amazon.aws.operators.glue",
        "airflow.providers.amazon.aws.operators.glue_crawler",
        "airflow.providers.amazon.aws.operators.sns",
        "airflow.task.task_runner.standard_task_runner",
        "airflow.www.app",
    )
    rest = Version1()
    tasks_path = rest.health_path

    def components(self) -> dict[str, Component]:
        """Return name → what it runs, in the order of starting."""
        return {
            "webserver": serve_web,
            "triggerer": lambda: run_command("triggerer", "--skip-serve-logs"),
            "scheduler": lambda: run_command("scheduler", "--skip-serve-logs"),
        }

    def before_imports(self, database: str) -> None:
        """Let each process have the database's file for itself while it writes, and others read meanwhile."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        if database.startswith("sqlite:"):
            event.listen(Engine, "connect", _write_ahead)

    def after_imports(self, database: str, dags: Path) -> None:
        """Let the scheduler read DAGs in a process of its own, and look at once when a task has ended."""
        del dags  # the scheduler looks for changed files itself, every second
        patches.keep_own_tasks_after_a_pause(patches.LOOK_OF_AIRFLOW_2)
        _read_dags_beside_the_scheduler()
        wake_scheduler(watch_of(database), DATASET_EVENTS)


def serve_web() -> None:
    """Serve web interface and API from this process; by itself Airflow would start four more."""
    from airflow.www.app import create_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    app = create_app()
    with app.app_context():
        if environment := read_environment(os.environ):
            _let_in(app.appbuilder.sm, environment.user, environment.password)
    # With basic authentication each request is a login, and each login would write to the database.
    app.appbuilder.sm.update_user_auth_stat = lambda *_args, **_more: None

    WSGIRequestHandler.protocol_version = "HTTP/1.1"
    host, port = os.environ["AIRFLOW__API__HOST"], int(os.environ["AIRFLOW__API__PORT"])
    make_server(host, port, app, threaded=True).serve_forever()


def _let_in(security_manager: Any, name: str, password: str) -> None:
    """Make the one user, or give them the password of now."""
    user = security_manager.find_user(name)
    if user:
        security_manager.reset_password(user.id, password)
        return
    role = security_manager.find_role(ROLE)
    security_manager.add_user(name, name, name, f"{name}@localhost", role, password=password)


def _write_ahead(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _read_dags_beside_the_scheduler() -> None:
    """Airflow 2 lets its scheduler wait for the reading of DAGs, where the database is SQLite.

    It holds that two processes must not use the file at once. With a write-ahead log they may.
    """
    from airflow.jobs.scheduler_job_runner import SchedulerJobRunner

    original: Callable[..., None] = SchedulerJobRunner.__init__

    def begin(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.using_sqlite = False

    SchedulerJobRunner.__init__ = begin
