"""Builds one image: stages what its Dockerfile copies, and nothing else; skips what is built already."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

from glue_sandbox.docker.diagnoses import DISK, OF_THE_ENGINE, find_diagnosis
from glue_sandbox.docker.engine import CONTENT_LABEL, Engine
from glue_sandbox.environment.proxies import build_variables
from glue_sandbox.errors import SandboxError
from glue_sandbox.images.build_secrets import as_files, read_secrets
from glue_sandbox.images.ca_certificates import own_authorities
from glue_sandbox.machine.docker_client import begin
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import last_lines
from local_glue.setup.report import hint_for, relative_path

END_SECONDS = 10


@dataclass(frozen=True)
class Build:
    """What `docker build` is to make: `files` are names in its context and where their content is."""

    name: str
    tag: str
    base_variable: str
    base: str
    files: Mapping[str, Path]


class Builder:
    """Runs builds for several threads, and can end them all."""

    def __init__(self, settings: Settings, engine: Engine, *, from_nothing: bool = False) -> None:
        self._settings, self._engine, self._from_nothing = settings, engine, from_nothing
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._ended = False
        self._authorities = own_authorities()

    def current(self, build: Build) -> bool:
        """True when the engine has the image, made from exactly this content."""
        return self._engine.label(build.tag, CONTENT_LABEL) == self.content(build)

    def content(self, build: Build) -> str:
        """The hash of all that decides what is in the image."""
        digest = hashlib.sha256()
        parts = {name: path.read_bytes() for name, path in build.files.items()} | self._ca_files()
        modes = {name: os.access(path, os.X_OK) for name, path in build.files.items()}
        for name, data in sorted(parts.items()):
            entry = (name, modes.get(name, False), hashlib.sha256(data).hexdigest())
            digest.update(json.dumps(entry).encode())
        digest.update(self._engine.identity(build.base).encode())
        return digest.hexdigest()

    def stage(self, build: Build) -> Path:
        """Make the context; nothing of an earlier one is left in it."""
        folder = self._settings.home / "build" / build.name
        shutil.rmtree(folder, ignore_errors=True)
        for name, source in build.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder / name)
        for name, data in self._ca_files().items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        return folder

    def run(self, build: Build) -> str:
        """Build it; return its size, for people.

        Raises:
            SandboxError: the build failed; with the end of its log.
        """
        log = self._settings.home / "logs" / "images" / f"{build.name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        content, context = self.content(build), self.stage(build)
        folder = self._settings.home / "build" / f"{build.name}.secrets"

        with as_files(self._secrets, folder) as secrets, log.open("wb") as output:
            command = build_command(build, content, context, secrets)
            if self._from_nothing:
                command.insert(2, "--no-cache")
            output.write(f"$ {shlex.join(command)}\n".encode())
            output.flush()
            code = self._wait(command, output)

        if code:
            text = log.read_text(encoding="utf-8", errors="replace")
            found = "it was ended" if self._ended else f"exit code {code} (log: {relative_path(log)})"
            next_command = next_after(errors_of(text), f"make images IMAGE={build.name}")
            raise SandboxError(f"image {build.tag} built", found, next_command, last_lines(text))

        return f"{build.tag} {self._engine.size(build.tag) / 1e6:.0f} MB"

    def end(self) -> None:
        """End what runs and let nothing more start."""
        with self._lock:
            self._ended, running = True, list(self._running)
        for process in running:
            process.send_signal(signal.SIGINT)  # the engine then stops the build
        for process in running:
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _wait(self, command: list[str], output: IO[bytes]) -> int:
        with self._lock:
            if self._ended:
                return 1
            # A session of its own: Ctrl-C reaches us, and we end it.
            process = begin(command[1:], output, os.environ | build_variables(os.environ))
            self._running.add(process)
        code = process.wait()
        with self._lock:
            self._running.discard(process)
        return code

    @cached_property
    def _secrets(self) -> dict[str, str]:
        return read_secrets()

    def _ca_files(self) -> dict[str, bytes]:
        """The machine's own authorities; a file that is always there lets `COPY ca/` work without any."""
        return {"ca/.keep": b""} | {f"ca/{name}": data for name, data in self._authorities.items()}


def errors_of(log: str) -> str:
    """The errors in a build's log, without the commands it repeats: they name certificates anyway."""
    lines = [line for line in log.splitlines() if "error" in line.lower()]
    return "\n".join(line for line in lines if "/bin/sh -c" not in line and " RUN " not in line)


def next_after(errors: str, again: str) -> str:
    """What to type after these errors of a build: of the engine or its disk, else what set-up says, too."""
    if diagnosis := find_diagnosis(errors, (*OF_THE_ENGINE, DISK)):
        return f"{diagnosis.next_command}; then {again}"
    hint = hint_for(errors, ".sandbox/cache")
    return again if hint.startswith("repeat") else f"{hint}; then {again}"


def build_command(build: Build, content: str, context: Path, secrets: Mapping[str, Path]) -> list[str]:
    """The command line, which is logged: proxies by name only, the package index in a file."""
    command = ["docker", "build", "--progress=plain", "--tag", build.tag]
    command += ["--label", f"{CONTENT_LABEL}={content}", "--build-arg", f"{build.base_variable}={build.base}"]
    for name in build_variables(os.environ):
        command += ["--build-arg", name]
    for name, path in secrets.items():
        command += ["--secret", f"id={name},src={path}"]
    return [*command, str(context)]
