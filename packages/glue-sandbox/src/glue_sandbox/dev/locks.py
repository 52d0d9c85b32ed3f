"""Resolves the locks: every *.in of both folders of locks into a file with all versions and hashes."""

from __future__ import annotations

import os
import subprocess

from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import last_lines, step
from local_glue.setup.environments import LOCKS
from local_glue.setup.report import hint_for

# Later releases of what these depend on break them, and LocalStack's own image has Python 3.13 on Linux.
UNIVERSAL = ("--universal", "--python-version", "3.11")
LOCK_OPTIONS = {
    # All versions are given: only what exists as a wheel is of use to a job.
    "glue_modules": (*UNIVERSAL, "--only-binary", ":all:"),
    "airflow": (*UNIVERSAL, "--exclude-newer", "2026-04-25"),
    "airflow-2.11.2": (*UNIVERSAL, "--exclude-newer", "2026-04-25"),
    "localstack": (
        *("--python-version", "3.13", "--python-platform", "linux"),
        *("--exclude-newer", "2026-03-05"),
    ),
}


def compile_locks(settings: Settings) -> None:
    """Resolve every lock to the newest versions that fit.

    Raises:
        SandboxError: packages do not fit together, or their index does not answer.
    """
    uv = [str(settings.envs / "uv" / "bin" / "uv"), "pip", "compile", "--quiet", "--upgrade"]
    env = os.environ | {"UV_CACHE_DIR": str(settings.home / "cache" / "uv"), "UV_SYSTEM_CERTS": "1"}

    for source in sorted([*(settings.root / "locks").glob("*.in"), *LOCKS.glob("*.in")]):
        options = LOCK_OPTIONS.get(source.stem, UNIVERSAL)
        target = f"{source.stem}.txt"
        command = [*uv, "--generate-hashes", "--no-header", *options, source.name, "-o", target]

        with step(target):
            done = subprocess.run(
                command, cwd=source.parent, env=env, capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise SandboxError(
                    f"{source} to be resolved",
                    f"exit code {done.returncode}; the end of uv's output is above",
                    hint_for(done.stderr, str(settings.home / "cache")),
                    details=last_lines(done.stderr),
                )
