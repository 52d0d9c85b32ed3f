"""A sandbox of containers for the tests: testcontainers starts the project's own compose file.

There is no second description: the same file, variables and images that `make up` takes.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import pytest
from deliveries import ROOT
from e2e.harness import DOWN_SECONDS, LEDGER, Sandbox
from testcontainers.compose import DockerCompose

from glue_sandbox.containers.env_files import prepare, project_name
from glue_sandbox.containers.services import expected_services, first_services
from glue_sandbox.docker.compose import PROFILES
from glue_sandbox.images.selection import choose, provide
from glue_sandbox.machine.mode import look_for_engine
from glue_sandbox.settings import Settings, load_settings

KINDS = ("container", "network", "volume")


@dataclass
class ContainerSandbox(Sandbox):
    """One running sandbox of containers, told apart from others by its project's name and its ports."""

    mode: ClassVar[str] = "containers"
    keeps_data: ClassVar[bool] = False  # the volumes go with `down`
    masters: ClassVar[tuple[str, ...]] = ("local[2]", "spark://spark-master:7077")

    @cached_property
    def settings(self) -> Settings:
        """What `up` would read from the environment."""
        return load_settings(self.environment)

    def start(self) -> None:
        """Start the containers by testcontainers; `up` then finds them running, and does the rest."""
        choice = choose(self.settings)
        prepare(self.settings, choice.names)
        provide(self.settings, choice)
        self.compose(first_services(self.settings)).start()
        self.command("up")

    def stop(self) -> None:
        """Take it down, and what `down` might leave, too."""
        try:
            self.command("down", seconds=DOWN_SECONDS)
        finally:
            if self.env_file.exists():
                self.compose().stop()

    @property
    def env_file(self) -> Path:
        """The project's variables, there as long as anything of it may be."""
        return self.state / "compose" / "compose.env"

    def container_of(self, service: str) -> str:
        """The whole id of a service's container."""
        return str(self.compose().get_container(service, include_all=True).ID)

    def submit(self, job: str, batch_id: str, master: str) -> str:
        """Type spark-submit in the login shell of the Glue container."""
        line = f"spark-submit --master {master} jobs/{job}.py --batch_id {batch_id} {self.job_options}"
        output, errors, code = self.compose().exec_in_container(["bash", "-lc", line], "glue")
        assert code == 0, f"{line}\n{output}{errors}"
        return output + errors

    @property
    def job_options(self) -> str:
        """What every job must be told."""
        return f"--bucket {self.status['bucket']} --ledger_table {self.status['tables'][LEDGER]}"

    def compose(self, services: list[str] | None = None) -> DockerCompose:
        """The project in testcontainers' hands."""
        return DockerCompose(
            context=ROOT / "compose",
            compose_file_name="compose.yaml",
            env_file=str(self.env_file),
            profiles=list(PROFILES),
            services=services,
            wait=False,  # for the containers' health waits whoever starts them: `up`, with better words
        )

    def is_said_to_run(self, said: str) -> bool:
        """Whether a command that starts the sandbox found all of it running."""
        return "all containers are already running" in said

    @property
    def services(self) -> set[str]:
        """Names of what runs when it is up."""
        return set(expected_services(self.settings))

    def last_log_lines(self, count: int = 15) -> str:
        """State, health and the log's end of every container."""
        compose = self.compose()
        tails = []
        for each in compose.get_containers(include_all=True):
            output, errors = compose.get_logs(str(each.Service))
            lines = (output + errors).splitlines()[-count:]
            state = f"{each.State} {each.Health or ''} exit code {each.ExitCode}"
            tails.append(f"--- {each.Service}: {state}\n" + "\n".join(lines))
        return "\n".join([*tails, "all logs: make logs"])

    def has_begun(self, service: str) -> bool:
        """Whether an `up` under way has made the container of a service."""
        return any(name.startswith("container ") and f"-{service}-" in name for name in self.leftovers())

    def leftovers(self) -> list[str]:
        """Containers, networks and volumes of the project, whatever their state."""
        label = f"label=com.docker.compose.project={project_name(self.settings)}"
        return [f"{kind} {name}" for kind in KINDS for name in _listed(kind, label)]


def _listed(kind: str, label: str) -> list[str]:
    every = ["--all"] if kind == "container" else []
    name = "{{.Names}}" if kind == "container" else "{{.Name}}"
    command = ["docker", kind, "ls", *every, "--filter", label, "--format", name]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ))
    return done.stdout.split()


TARGETS = {"embedded": Sandbox, "containers": ContainerSandbox}


def new_sandbox(target: str, state: Path, variables: Mapping[str, str] | None = None) -> Sandbox:
    """A sandbox of that kind, not started yet; skips, and says what is not proven, where it cannot run."""
    if target == "containers" and not (engine := look_for_engine()).is_usable:
        why = engine.problem or "the engine that answers has no compose v2"
        pytest.skip(f"the pipeline in containers: {why} (.ci/engine starts one on a bare Debian)")
    return TARGETS[target](state, variables=dict(variables or {}))
