"""Every sandbox of this user that runs: by the mark of its processes, or the label of its containers."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

from glue_sandbox.environment.child_process import MARKER
from glue_sandbox.errors import SandboxError
from glue_sandbox.machine import docker_client
from glue_sandbox.machine.mode import read_env_file
from glue_sandbox.project.file import FILE, VARIABLE, load_project
from glue_sandbox.settings import STARTED_WITH, Settings, load_settings

ENVIRONMENT_FILE = "com.docker.compose.project.environment_file"


def state_folders() -> list[Path]:
    """Return the state folders of the sandboxes of this user that run."""
    found = {*_of_processes(), *_of_containers()}
    return sorted(state for state in found if state.is_dir() and state.stat().st_uid == os.getuid())


def settings_of(state: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of a running sandbox, by what it was started with.

    Raises:
        SandboxError: nobody can tell its project any more, or the project's file is not usable.
    """
    root = read_env_file(state / STARTED_WITH).get(VARIABLE)
    if root is None:
        raise SandboxError(
            f"{state / STARTED_WITH} to name the sandbox's project",
            "no such line",
            "cd to that project, then: make down",
        )
    machine = {name: environ[name] for name in ("PATH", "HOME") if name in environ}
    return load_settings({**machine, "SANDBOX_STATE": str(state)}, project=load_project(Path(root) / FILE))


def _of_processes() -> Iterator[Path]:
    for process in psutil.process_iter():
        try:
            if process.uids().real == os.getuid() and (state := process.environ().get(MARKER)):
                yield Path(state)
        except psutil.Error:
            continue  # gone meanwhile, or not to be looked at: not ours in both cases


def _of_containers() -> Iterator[Path]:
    words = ("ps", "--all", "--filter", f"label={ENVIRONMENT_FILE}")
    try:
        listed = docker_client.ask(*words, "--format", f'{{{{.Label "{ENVIRONMENT_FILE}"}}}}')
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return  # without an engine there are no containers
    for line in {*listed.stdout.splitlines()}:
        file = Path(line)
        if file.parts[-2:] == ("compose", "compose.env"):
            yield file.parent.parent
