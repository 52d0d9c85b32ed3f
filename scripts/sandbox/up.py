"""Starts the sandbox: services in order, the resources between them; all of it or nothing.

Airflow, which takes longest, starts beside the others. Its scheduler waits for the resources.
"""

from __future__ import annotations

import os
import signal

from sandbox.airflow_env import ADMIN_USER, load_secrets
from sandbox.console import out, step
from sandbox.deploy import deploy
from sandbox.deployed import Deployed
from sandbox.errors import SandboxError
from sandbox.pipeline import open_airflow, wait_for_dag
from sandbox.services import AIRFLOW, SERVICES, Service, airflow_release
from sandbox.settings import Settings
from sandbox.supervisor import CUT_SHORT, State, Supervisor

DAG_SECONDS = 60.0


def start(settings: Settings) -> None:
    """Bring everything up. On failure or Ctrl-C, what was started here is stopped again."""
    supervisor = Supervisor(settings)
    out.print("mode: embedded (local processes; Docker is not used)", style="dim")
    with supervisor.exclusively():
        if supervisor.running():
            _refuse_other_settings(settings)
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
                    _deploy(settings)
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
    _wait_for_dag(settings)


def _refuse_other_settings(settings: Settings) -> None:
    """A sandbox that runs cannot be moved: half of it would stay where it is."""
    differing = settings.differing()
    if differing:
        raise SandboxError(
            f"{', '.join(f'{name}={before}' for name, (before, _) in differing.items())}, as it runs",
            ", ".join(f"{name}={now}" for name, (_, now) in differing.items()),
            "make down, then repeat the command",
        )


def _wait_for_dag(settings: Settings) -> None:
    """After all is up, and without stopping anything: a broken DAG is corrected while Airflow runs."""
    with step("DAG") as running, open_airflow(settings) as airflow:
        wait_for_dag(airflow, DAG_SECONDS)
        running.result = "read by Airflow"


def _ensure(supervisor: Supervisor, service: Service, started: set[str]) -> None:
    with step(service.title) as running:
        if supervisor.state(service) is not State.HEALTHY:
            started.add(service.name)  # before it starts: also a start that is cut short must be undone
        running.result = "started" if supervisor.ensure(service) else "runs already"


def deploy_resources(settings: Settings) -> Deployed:
    """Bring bucket, tables, jobs and so on to what the checkout describes; what is unchanged is skipped."""
    return deploy(
        settings,
        airflow_url=settings.airflow_url,
        airflow_user=ADMIN_USER,
        airflow_password=load_secrets(settings.state / AIRFLOW).admin_password,
    )


def _deploy(settings: Settings) -> None:
    with step("Resources of infra/") as running:
        changed = deploy_resources(settings).changed
        running.result = f"{len(changed)} created or changed" if changed else "unchanged"
