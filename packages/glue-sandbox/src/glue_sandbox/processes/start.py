"""Starts the sandbox: services in order, the resources between them; all of it or nothing.

Airflow, which takes longest, starts beside the others. Its scheduler waits for the resources.
"""

from __future__ import annotations

import os
import signal

from glue_sandbox.airflow.environment import load_secrets
from glue_sandbox.console import out, step
from glue_sandbox.processes.services import AIRFLOW, SERVICES, Service, airflow_release
from glue_sandbox.processes.supervisor import CUT_SHORT, State, Supervisor
from glue_sandbox.settings import Settings
from glue_sandbox.start_steps import deploy_with_progress, refuse_other_settings, wait_until_dag_is_read


def start(settings: Settings) -> None:
    """Bring everything up, as processes or as containers."""
    if settings.in_containers:
        from glue_sandbox.containers.start import start as start_containers

        start_containers(settings)
    else:
        _start_processes(settings)


def _start_processes(settings: Settings) -> None:
    """On failure or Ctrl-C, what was started here is stopped again."""
    supervisor = Supervisor(settings)
    out.print("mode: embedded (local processes; MODE=containers uses Docker)", style="dim")
    with supervisor.exclusively():
        if supervisor.running():
            refuse_other_settings(settings)
        # Only here: all other commands take the password that is kept.
        load_secrets(settings.state / AIRFLOW, os.environ.get("AIRFLOW_PASSWORD") or None)
        for build in SERVICES.values():
            service = build(settings)
            if supervisor.state(service) in {State.STOPPED, State.CRASHED}:
                supervisor.clear(service)
        started: set[str] = set()
        settings.remember()  # before anything runs: `down` and `status` must find also a half of it
        try:
            airflow = SERVICES[AIRFLOW](settings)
            if not supervisor.table.running(AIRFLOW):
                started.add(AIRFLOW)
                airflow_release(settings).unlink(missing_ok=True)
                supervisor.launch(airflow)
            for name, build in SERVICES.items():
                if name == AIRFLOW:
                    deploy_with_progress(settings)
                    if AIRFLOW in started and build(settings) != airflow:  # what it reads was changed by this
                        supervisor.stop(AIRFLOW, airflow.stop_seconds)
                    airflow_release(settings).touch()
                _ensure(supervisor, build(settings), started)
        except BaseException:
            out.print("stopping what was started …")
            for number in CUT_SHORT:  # a second Ctrl-C must not leave half of it
                signal.signal(number, signal.SIG_IGN)
            for name in [name for name in reversed(SERVICES) if name in started]:
                supervisor.stop(name, SERVICES[name](settings).stop_seconds)
            if not supervisor.running():
                settings.started_with.unlink(missing_ok=True)
            raise
    wait_until_dag_is_read(settings)


def _ensure(supervisor: Supervisor, service: Service, started: set[str]) -> None:
    with step(service.title) as running:
        if supervisor.state(service) is not State.HEALTHY:
            started.add(service.name)  # before it starts: also a start that is cut short must be undone
        running.result = "started" if supervisor.ensure(service) else "runs already"
