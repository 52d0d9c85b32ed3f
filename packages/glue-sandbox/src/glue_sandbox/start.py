"""Starts the sandbox, as processes or as containers."""

from __future__ import annotations

from glue_sandbox.deploy.script_syntax import require_readable_scripts
from glue_sandbox.settings import Settings
from glue_sandbox.startup.shared_steps import wait_until_dag_is_read


def start(settings: Settings) -> None:
    """Bring everything up; all of it or nothing. Twice is harmless.

    Raises:
        SandboxError: a job's script is no Python; or a service, an image or a resource failed, and what was
            started here is stopped again.
    """
    require_readable_scripts(settings.project)
    if settings.in_containers:
        from glue_sandbox.containers.start import start_containers

        start_containers(settings)
    else:
        from glue_sandbox.processes.start import start_processes

        start_processes(settings)
    if settings.runs_airflow:
        wait_until_dag_is_read(settings)
