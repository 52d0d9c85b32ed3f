"""Starts the sandbox as containers: images, containers, the resources, then what works on them.

Airflow, which takes longest, starts beside the others; its scheduler waits for the resources, so that no run
begins before there is anything to run on.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence

from glue_sandbox.containers.down import take_down
from glue_sandbox.containers.env_files import AIRFLOW_RELEASE, prepare
from glue_sandbox.containers.readiness import Watch
from glue_sandbox.containers.services import (
    expected_services,
    first_services,
    profiles_of,
    published_ports,
)
from glue_sandbox.containers.states import holds_port
from glue_sandbox.containers.substitutions import print_substitutions
from glue_sandbox.docker.compose import PROFILES, Compose, Container, docker, require_engine
from glue_sandbox.docker.diagnoses import docker_error
from glue_sandbox.errors import SandboxError
from glue_sandbox.hints import this_command
from glue_sandbox.images.selection import Choice, choose, provide
from glue_sandbox.machine.ports import NeededPort, must_be_free
from glue_sandbox.processes.services import AIRFLOW
from glue_sandbox.processes.supervisor import Supervisor, wait_for
from glue_sandbox.project.file import FILE
from glue_sandbox.settings import Settings
from glue_sandbox.startup.shared_steps import deployment_step, refuse_other_settings
from glue_sandbox.startup.steps import Step, nothing_cuts_short, run_steps
from glue_sandbox.terminal.console import out

VERSION_OF_THE_IMAGE = "3.2.1"
FIRST_TITLE = "S3, DynamoDB … and Glue, the AWS endpoint"


def start_containers(settings: Settings) -> None:
    """Bring all containers up. On failure or Ctrl-C, what was started here is stopped again.

    Raises:
        SandboxError: the project is for what the image of Airflow lacks, or the start failed.
    """
    _refuse_what_the_image_lacks(settings)
    require_engine()
    with Supervisor(settings).exclusively(wait_for):
        if settings.started_with.exists():
            refuse_other_settings(settings)
        start = _ContainerStart(settings)
        _refuse_taken_ports(settings, start.before)

        choice = choose(settings)
        print_substitutions(settings, choice)
        prepare(settings, choice.names, os.environ.get("AIRFLOW_PASSWORD") or None)
        run_steps(_steps(settings, start, choice))


def _refuse_what_the_image_lacks(settings: Settings) -> None:
    airflow = settings.project.airflow
    if not settings.runs_emulator or airflow.url:
        raise SandboxError(
            "processes, beside services of your own: containers do not reach this machine's loopback",
            f"{'airflow.url' if airflow.url else 'aws_endpoint'} in {FILE}, and MODE=containers",
            "MODE=embedded make up",
        )
    if airflow.python_environment != AIRFLOW:
        raise SandboxError(
            f"Airflow {VERSION_OF_THE_IMAGE}, of which there is an image, where the sandbox is in containers",
            f'[airflow] version = "{airflow.version}" in {FILE}',
            "MODE=embedded make up",
        )
    if airflow.requirements:
        raise SandboxError(
            "no requirements of DAGs, where the sandbox is in containers: the image has Airflow's alone",
            f'[airflow] requirements = "{airflow.requirements}" in {FILE}',
            "MODE=embedded make up",
        )


def _steps(settings: Settings, start: _ContainerStart, choice: Choice) -> list[Step]:
    """All of a start, in order; less where everything runs already."""
    provided = [
        Step(lambda: provide(settings, choice)),
        # Before anything runs: `down` and `status` must find also a half of it.
        Step(settings.remember, undo=start.take_back),
    ]
    if start.runs_already():
        out.print("all containers are already running")
        return [*provided, deployment_step(settings)]

    return [
        *provided,
        Step(start.start_first, FIRST_TITLE, undo=start.end_compose),
        deployment_step(settings),
        Step(start.start_rest, "Airflow" if settings.runs_airflow else ""),
        Step(start.remember_what_runs),
    ]


class _ContainerStart:
    """The containers of one start, and what there was before it.

    All is made before it is started: what compose replaces is gone before anything counts as ready.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings, self._compose = settings, Compose(settings)
        self.before = self._compose.containers()
        self._had_data = bool(self._compose.volumes())
        self._starting: subprocess.Popen[bytes] | None = None
        self._watch: Watch | None = None

    def runs_already(self) -> bool:
        """Whether all runs as it is to be, and compose need not be asked."""
        file = self._compose.started_as
        is_up = all(
            name in self.before and self.before[name].is_ready for name in expected_services(self._settings)
        )
        return is_up and file.is_file() and file.read_text("utf-8") == self._compose.fingerprint()

    def start_first(self) -> str:
        """Start what needs no resources, and wait for the emulator and Glue."""
        first = first_services(self._settings)
        self._make(first)
        self._watch = Watch(self._compose)
        words = ("up", "--detach", "--no-build", *first)
        self._starting = self._compose.start(*words, profiles=profiles_of(self._settings))
        return self._result("glue", self._watch.until_ready(["emulator", "glue"], first, self._starting))

    def start_rest(self) -> str:
        """Wait for what was started, then start what needs the resources, and let Airflow schedule.

        Raises:
            RuntimeError: `start_first` was not called.
            SandboxError: compose failed, or a container is not ready in time.
        """
        if self._starting is None or self._watch is None:
            raise RuntimeError("start_rest comes after start_first")
        if self._starting.wait():
            raise docker_error(self._compose.log.read_text(errors="replace"), ["docker", "compose", "up"])
        expected, first = expected_services(self._settings), first_services(self._settings)
        self._make(expected)
        self._compose.start_made([name for name in expected if name not in first])

        airflow = self._compose.containers().get(AIRFLOW)
        if airflow and not airflow.has_ended:  # what ended is told below, with its last words
            docker("exec", airflow.container_id, "touch", AIRFLOW_RELEASE)
        ready = self._watch.until_ready(expected, expected)
        return self._result(AIRFLOW, ready) if airflow else "started"

    def remember_what_runs(self) -> None:
        """Write down what the containers were made of, for the next start."""
        self._compose.started_as.write_text(self._compose.fingerprint(), encoding="utf-8")

    def end_compose(self) -> None:
        """End the compose that still starts containers, before anything of it is taken back."""
        if self._starting is None:
            return
        if self._starting.poll() is None:
            os.killpg(self._starting.pid, signal.SIGTERM)  # `docker` alone would not pass it on to its plugin
        self._starting.wait()

    def take_back(self) -> None:
        """Remove what was not there before, with its volumes if there were none of them either."""
        new = [name for name in self._compose.containers() if name not in self.before]
        if self.before and new:
            self._compose.run("rm", "--force", "--stop", "--volumes", *new, profiles=PROFILES)
        elif not self.before:
            take_down(self._settings, keep_data=self._had_data)

    def _make(self, services: Sequence[str]) -> None:
        """Create containers, and replace those that changed: to its end, for half of one cannot be undone."""
        words = ("up", "--no-start", "--no-build", *services)
        making = self._compose.start(*words, profiles=profiles_of(self._settings))
        try:
            failed = making.wait()
        except BaseException:
            with nothing_cuts_short():
                making.wait()
            raise
        if failed:
            raise docker_error(self._compose.log.read_text(errors="replace"), ["docker", "compose", *words])

    def _result(self, service: str, now: dict[str, Container]) -> str:
        earlier = self.before.get(service)
        is_same = earlier and earlier.state == "running" and earlier.container_id == now[service].container_id
        return "runs already" if is_same else "started"


def _refuse_taken_ports(settings: Settings, before: dict[str, Container]) -> None:
    needed = [
        NeededPort(getattr(settings, variable.lower()), variable, f"the container {service}")
        for variable, service in published_ports(settings).items()
        if not holds_port(before, variable)
    ]
    must_be_free(needed, this_command())
