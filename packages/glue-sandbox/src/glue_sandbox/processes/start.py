"""Starts the sandbox as processes of this machine: services in order, the resources between them.

Airflow, which takes longest, starts beside the others. Its scheduler waits for the resources.
"""

from __future__ import annotations

import os

from glue_sandbox.airflow.environment import load_secrets
from glue_sandbox.airflow.requirements import install_requirements
from glue_sandbox.hints import this_command, typed
from glue_sandbox.machine.ports import must_be_free
from glue_sandbox.processes.services import AIRFLOW, Service, airflow_release, needed_ports, services_of
from glue_sandbox.processes.supervisor import State, Supervisor, wait_for
from glue_sandbox.settings import Settings
from glue_sandbox.startup.mode import lines_about_mode
from glue_sandbox.startup.services_of_the_user import lines_about, require_emulator
from glue_sandbox.startup.shared_steps import deployment_step, refuse_other_settings
from glue_sandbox.startup.steps import Step, run_steps
from glue_sandbox.terminal.console import out


def start_processes(settings: Settings) -> None:
    """Bring all services up. On failure or Ctrl-C, what was started here is stopped again."""
    for line in (*lines_about_mode(settings), *lines_about(settings)):
        out.print(typed(line), style="dim")
    require_emulator(settings)
    supervisor = Supervisor(settings)
    with supervisor.exclusively(wait_for):
        if supervisor.running():
            refuse_other_settings(settings)
        # Only here: all other commands take the password that is kept.
        load_secrets(settings.state / AIRFLOW, os.environ.get("AIRFLOW_PASSWORD") or None)
        run_steps(_steps(settings, supervisor))


def _steps(settings: Settings, supervisor: Supervisor) -> list[Step]:
    """All of a start, in order."""
    airflow = _AirflowStart(settings, supervisor) if settings.runs_airflow else None
    required = bool(settings.project.requirements)
    requirements = [Step(lambda: install_requirements(settings), "Requirements of DAGs")] if required else []
    others = [_ServiceStart(settings, supervisor, name) for name in services_of(settings) if name != AIRFLOW]
    return [
        Step(lambda: _require_free_ports(settings, supervisor)),
        Step(settings.remember, undo=lambda: _forget(settings, supervisor)),
        *requirements,
        *([Step(airflow.launch, undo=airflow.undo)] if airflow else []),
        *(Step(each.do, each.title, each.undo) for each in others),
        deployment_step(settings),
        *([Step(airflow.release), Step(airflow.do, airflow.title, airflow.undo)] if airflow else []),
    ]


def _require_free_ports(settings: Settings, supervisor: Supervisor) -> None:
    """End what a crash left of the services, before anything starts: then their ports must be free."""
    ended = {State.STOPPED, State.CRASHED}
    names = [
        name for name, build in services_of(settings).items() if supervisor.state(build(settings)) in ended
    ]
    for name in names:
        supervisor.end_leftovers(name)
    ports = needed_ports(settings)
    must_be_free([ports[name] for name in names], this_command())


def _forget(settings: Settings, supervisor: Supervisor) -> None:
    """Undo `remember`, which comes before anything runs: `down` and `status` must find also a half of it."""
    if not supervisor.running():
        settings.started_with.unlink(missing_ok=True)


class _ServiceStart:
    """One service's start; only what was started here is stopped again."""

    def __init__(self, settings: Settings, supervisor: Supervisor, name: str) -> None:
        self._settings, self._supervisor, self._name = settings, supervisor, name
        self._started = False

    @property
    def title(self) -> str:
        return self.service().title

    def service(self) -> Service:
        """The service as it is to be now: a deployment may change its environment."""
        return services_of(self._settings)[self._name](self._settings)

    def do(self) -> str:
        """Make it run and answer."""
        service = self.service()
        if self._supervisor.state(service) is not State.HEALTHY:
            self._started = True  # before it starts: also a start that is cut short must be undone
        return "started" if self._supervisor.ensure(service) else "runs already"

    def undo(self) -> None:
        """Stop it, if it was started here."""
        if self._started:
            self._supervisor.stop(self._name, self.service().stop_seconds)
            self._started = False


class _AirflowStart(_ServiceStart):
    """Airflow's start: launched first, its scheduler held back until the resources are there."""

    def __init__(self, settings: Settings, supervisor: Supervisor) -> None:
        super().__init__(settings, supervisor, AIRFLOW)
        self._launched: Service | None = None

    def launch(self) -> None:
        """Start it beside the others, without waiting for it."""
        if self._supervisor.table.running(AIRFLOW):
            return
        self._started = True
        airflow_release(self._settings).unlink(missing_ok=True)
        self._launched = self.service()
        self._supervisor.launch(self._launched)

    def release(self) -> None:
        """Let its scheduler go, once it knows what the deployment changed."""
        if self._launched is not None and self.service() != self._launched:
            self._supervisor.stop(AIRFLOW, self._launched.stop_seconds)
        airflow_release(self._settings).touch(0o600)
