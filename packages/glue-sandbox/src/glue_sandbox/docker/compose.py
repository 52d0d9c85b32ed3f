"""The programs `docker` and `docker compose`: called with lists, their failures told in three facts."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from glue_sandbox.containers.env_files import project_name
from glue_sandbox.docker.diagnoses import docker_error
from glue_sandbox.docker.engine import Engine
from glue_sandbox.machine import docker_client
from glue_sandbox.machine.mode import look_for_engine, read_env_file
from glue_sandbox.resources import COMPOSE
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import last_lines

LISTING = "\t".join(
    ('{{.Label "com.docker.compose.service"}}', "{{.Names}}", "{{.ID}}", "{{.State}}", "{{.Status}}")
)
DOWN = ("--remove-orphans", "--timeout", "20")
PROFILES = ("events", "history", "cluster")
CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")  # of terminals


def require_engine() -> None:
    """Return only if an engine with compose answers.

    Raises:
        SandboxError: none answers; says how to get one, and how to do without.
    """
    engine = look_for_engine()
    if not engine.is_usable:
        raise docker_error(engine.problem, ("docker", "version"))


def docker(*words: str, check: bool = True, environment: Mapping[str, str] | None = None) -> str:
    """Run `docker <words>` and return what it prints.

    Raises:
        SandboxError: it failed, unless `check` is off; or there is no such program.
    """
    done = _finished(*words, environ=environment)
    if check and done.returncode:
        raise docker_error(done.stderr or done.stdout, ["docker", *words])
    return done.stdout.strip()


def docker_in_sight(*words: str) -> None:
    """Run `docker <words>`, whose progress goes to the terminal.

    Raises:
        SandboxError: it failed.
    """
    done = docker_client.show(*words)
    if done.returncode:
        raise docker_error(done.stderr, ["docker", *words])


def _finished(*words: str, environ: Mapping[str, str] | None) -> subprocess.CompletedProcess[str]:
    """Run it to its end, whatever it says and however long it takes."""
    with _needing_docker(words):
        return docker_client.ask(*words, seconds=None, environ=environ)


@contextmanager
def _needing_docker(words: Sequence[str]) -> Iterator[None]:
    """Turn the lack of a program `docker` into an error that says what to install."""
    try:
        yield
    except FileNotFoundError:
        raise docker_error(docker_client.NO_PROGRAM, ["docker", *words]) from None


@dataclass(frozen=True)
class Container:
    """One container of the project, as compose lists it."""

    service: str
    name: str
    container_id: str
    state: str  # created, running, exited, dead …
    health: str  # starting, healthy, unhealthy, or nothing without a check
    exit_code: int

    @property
    def has_ended(self) -> bool:
        """It ran once, and does not now."""
        return self.state in {"exited", "dead"}

    @property
    def is_ready(self) -> bool:
        """It runs, and its health check, if it has one, is content."""
        return self.state == "running" and self.health in {"healthy", ""}


def _container(service: str, name: str, container_id: str, state: str, status: str) -> Container:
    """One line of `docker ps`; its status reads `Up 3 seconds (healthy)` or `Exited (137) 1 minute ago`."""
    ended = re.match(r"Exited \((\d+)\)", status)
    health = re.search(r"\((?:health: )?(starting|healthy|unhealthy)\)", status)
    return Container(
        service,
        name,
        container_id,
        state,
        health.group(1) if health else "",
        int(ended.group(1)) if ended else 0,
    )


class Compose:
    """`docker compose` on one sandbox's project."""

    def __init__(self, settings: Settings) -> None:
        self.log = settings.logs / "compose.log"
        self.project = project_name(settings)
        self.file = COMPOSE / "compose.yaml"
        self.env_file = settings.state / "compose" / "compose.env"

    @property
    def exists(self) -> bool:
        """Whether there is a project to talk about: its variables are kept until it is taken down."""
        return self.env_file.is_file()

    @property
    def started_as(self) -> Path:
        """The file that holds the fingerprint of what was started last."""
        return self.env_file.with_name("started.sha256")

    def fingerprint(self) -> str:
        """A hash of all that decides what the containers are: compose file, variables, images."""
        digest = hashlib.sha256(self.file.read_bytes())
        for file in sorted(self.env_file.parent.glob("*.env")):
            digest.update(file.read_bytes())
        names = [name for key, name in read_env_file(self.env_file).items() if key.endswith("_IMAGE")]
        for name in names:
            digest.update(Engine().identity(name.strip("'")).encode())
        return digest.hexdigest()

    def _command(self, *words: str, profiles: Sequence[str] = ()) -> list[str]:
        """Return the arguments of `docker` that say it to this project."""
        chosen = [word for profile in profiles for word in ("--profile", profile)]
        return [
            *("compose", "--project-name", self.project),
            *("--env-file", str(self.env_file), "-f", str(self.file)),
            *("--ansi", "never", "--progress", "plain", *chosen, *words),
        ]

    def run(self, *words: str, profiles: Sequence[str] = (), extra: Mapping[str, str] | None = None) -> str:
        """Run it to its end, and return what it prints.

        Raises:
            SandboxError: it failed, or there is no program `docker`.
        """
        command = self._command(*words, profiles=profiles)
        done = _finished(*command, environ=self.environment | dict(extra or {}))

        if done.returncode:
            raise docker_error(f"{done.stdout}\n{done.stderr}", ["docker", "compose", *words])
        return done.stdout

    def start(self, *words: str, profiles: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        """Begin it, as leader of a group that no terminal's Ctrl-C reaches; its output goes into the log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        command = self._command(*words, profiles=profiles)

        with self.log.open("wb") as output, _needing_docker(command):
            return docker_client.begin(command, output, self.environment)

    def read(self, *words: str, profiles: Sequence[str] = ()) -> subprocess.Popen[str]:
        """Begin it, to read what it prints line by line while it runs.

        Raises:
            SandboxError: there is no program `docker`.
        """
        command = self._command(*words, profiles=profiles)
        with _needing_docker(command):
            return docker_client.read(command, self.environment)

    def become(self, *words: str, profiles: Sequence[str] = ()) -> NoReturn:
        """Replace this process by it.

        Raises:
            SandboxError: there is no program `docker`.
        """
        command = self._command(*words, profiles=profiles)
        with _needing_docker(command):
            docker_client.become(command, self.environment)

    def start_made(self, services: Sequence[str]) -> None:
        """Start containers that are made already, and only these."""
        made = self.containers()
        if services:
            docker("start", *(made[service].container_id for service in services))

    @property
    def environment(self) -> dict[str, str]:
        """The caller's, without what would outvote the project's own variables, its file or its name."""
        ours = set(re.findall(r"\$\{(\w+)", self.file.read_text(encoding="utf-8")))
        return {
            name: value
            for name, value in os.environ.items()
            if name not in ours and not name.startswith("COMPOSE_")
        }

    @property
    def _label(self) -> str:
        return f"label=com.docker.compose.project={self.project}"

    def containers(self) -> dict[str, Container]:
        """Service → its container, those that ended included."""
        if not self.exists:
            return {}
        # Not `compose ps`, which fails when a container goes away while it looks.
        listing = docker("ps", "--all", "--no-trunc", "--filter", self._label, "--format", LISTING)
        found = [_container(*line.split("\t")) for line in listing.splitlines()]
        return {each.service: each for each in found}

    def volumes(self) -> list[str]:
        """Names of the volumes there are, whatever became of their containers."""
        return docker("volume", "ls", "--quiet", "--filter", self._label).split()

    def remove(self, *, keep_data: bool) -> None:
        """Remove containers and network, and the volumes unless they are to stay."""
        # By the project's name alone: also what another version of the compose file started goes.
        project = ("compose", "--project-name", self.project)
        if keep_data:  # `down` would leave the volumes that have no name, and nobody finds these again
            docker(*project, "rm", "--force", "--stop", "--volumes", environment=self.environment)
        volumes = () if keep_data else ("--volumes",)
        docker(*project, "down", *DOWN, *volumes, environment=self.environment)
        if not keep_data:
            self.started_as.unlink(missing_ok=True)
            self.env_file.unlink()  # nothing is left that an engine would have to be asked about

    def last_log_lines(self, service: str, count: int = 15) -> str:
        """The end of a container's log."""
        command = self._command("logs", "--no-color", "--no-log-prefix", "--tail", str(count), service)
        done = _finished(*command, environ=self.environment)
        return last_lines(CONTROL.sub("", done.stdout + done.stderr), count)
