"""How a sandbox runs: as MODE says, else as the data that is here, else by whether a Docker engine answers.

Standard library only: the set-up asks before anything is installed.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from glue_sandbox.machine import docker_client

EMBEDDED, CONTAINERS, AUTO = "embedded", "containers", "auto"
ANSWER_SECONDS = 10
SERVICE_FOLDERS = ("ministack", "glue")  # where processes keep their data, below the state
# Below the state: there as long as there may be containers or volumes, and since all containers were up.
COMPOSE_FILES = ("compose/compose.env", "compose/started.sha256")


@dataclass(frozen=True)
class EngineProbe:
    """What `docker` on this machine says of its engine and of compose."""

    version: str = ""
    compose: str = ""
    problem: str = ""  # the program's own words when the engine does not answer

    @property
    def is_usable(self) -> bool:
        """An engine that answers, with compose v2."""
        return bool(self.version and self.compose)


def look_for_engine() -> EngineProbe:
    """Ask the engine; an engine that does not answer in time counts as none."""
    if not shutil.which("docker"):
        return EngineProbe(problem=docker_client.NO_PROGRAM)
    version, problem = _answer_of("version", "--format", "{{.Server.Version}}")
    if not version:
        return EngineProbe(problem=problem)
    compose, problem = _answer_of("compose", "version", "--short")
    return EngineProbe(version, compose, problem)


def choose_mode(wanted: str, kept: Sequence[str] = ()) -> str:
    """The mode for a MODE: `auto` goes on in the one that there is data of.

    Without data, or with data of both, it takes containers where an engine with compose answers.
    """
    if wanted != AUTO:
        return wanted
    if len(kept) == 1:
        return kept[0]
    return CONTAINERS if look_for_engine().is_usable else EMBEDDED


def modes_with_data(state: Path) -> tuple[str, ...]:
    """Return the modes that a sandbox's state folder holds data of, or names the volumes of."""
    folders = (state / name for name in SERVICE_FOLDERS)
    embedded = any(folder.is_dir() and any(folder.iterdir()) for folder in folders)
    containers = all((state / name).is_file() for name in COMPOSE_FILES)
    return tuple(mode for mode, is_kept in ((EMBEDDED, embedded), (CONTAINERS, containers)) if is_kept)


def read_env_file(path: Path) -> dict[str, str]:
    """Parse NAME=value lines; blank lines and those that start with # are skipped; no file, no lines."""
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#") and "=" in line)
    return {name.strip(): value.strip() for name, value in pairs}


def _answer_of(*words: str) -> tuple[str, str]:
    """What `docker` says, and its complaint when it fails."""
    try:
        done = docker_client.ask(*words, seconds=ANSWER_SECONDS)
    except subprocess.TimeoutExpired:
        return "", f"no answer to `docker {' '.join(words)}` in {ANSWER_SECONDS} s"
    if done.returncode:
        return "", (done.stderr or done.stdout).strip()
    return done.stdout.strip(), ""
