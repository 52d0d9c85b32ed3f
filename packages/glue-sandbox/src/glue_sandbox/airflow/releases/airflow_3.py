"""How Airflow 3 runs on one machine: its components, what they import, and where it is changed.

For the Airflow launcher, which runs in Airflow's environment. Written for Airflow 3.2.
"""

from __future__ import annotations

from pathlib import Path

from glue_sandbox.airflow import patches
from glue_sandbox.airflow.durations import correct_durations
from glue_sandbox.airflow.releases.release import Component, Release, run_command
from glue_sandbox.airflow.releases.rest_versions import Version2
from glue_sandbox.airflow.waking import wake_on_change, watch_of

PRELOAD = (
    "airflow.cli.cli_parser",
    "airflow.api_fastapi.app",
    "airflow.api_fastapi.core_api.app",
    "airflow.api_fastapi.execution_api.app",
    "airflow.cli.commands.api_server_command",
    "airflow.cli.commands.dag_processor_command",
    "airflow.cli.commands.scheduler_command",
    "airflow.cli.commands.triggerer_command",
    "airflow.jobs.dag_processor_job_runner",
    "airflow.jobs.scheduler_job_runner",
    "airflow.jobs.triggerer_job_runner",
    "airflow.providers.amazon.aws.operators.glue",
    "airflow.providers.amazon.aws.operators.glue_crawler",
    "airflow.providers.amazon.aws.operators.sns",
    "airflow.providers.standard.operators.empty",
    "airflow.providers.standard.operators.python",
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "uvicorn",
)


class Release3(Release):
    """Airflow 3: four components, and an API that tasks talk to."""

    web = "api-server"
    preload = PRELOAD
    rest = Version2()
    tasks_path = "/execution/health"

    def components(self) -> dict[str, Component]:
        """Return name → what it runs, in the order of starting."""
        return {
            "api-server": lambda: run_command("api-server", "--workers", "1"),
            "dag-processor": lambda: run_command("dag-processor"),
            "triggerer": lambda: run_command("triggerer", "--skip-serve-logs"),
            "scheduler": lambda: run_command("scheduler", "--skip-serve-logs"),
        }

    def before_imports(self, database: str) -> None:
        """Change what is imported once only."""
        if database.startswith("sqlite:"):
            patches.keep_writes_off_the_event_loop()
        patches.serve_recent_task_clients_only()

    def after_imports(self, database: str, dags: Path) -> None:
        """Change what is imported now, before anything is forked."""
        patches.notice_task_exit_quickly()
        patches.start_workers_for_tasks()
        patches.keep_own_tasks_after_a_pause(patches.LOOK_OF_AIRFLOW_3)
        correct_durations()
        wake_on_change(watch_of(database), dags)
