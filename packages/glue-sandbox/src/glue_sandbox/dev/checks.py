"""What checks see of this machine, the fault campaign, and the locks: tools of the environment `dev`."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import NoReturn

from glue_sandbox.console import step
from glue_sandbox.environment.child_process import child_environment
from glue_sandbox.settings import Settings
from local_glue.setup.environments import LOCKS
from local_glue.setup.java import find_java

# Where sources and the helpers of tests are imported from.
PYTHON_PATH = (
    *("packages/local-glue/src", "packages/glue-sandbox/src", "glue", "scripts", "dags", "tests"),
    *("packages/local-glue/tests", "packages/glue-sandbox/tests"),
)
# Later releases of what these depend on break them, and LocalStack's own image has Python 3.13 on Linux.
UNIVERSAL = ("--universal", "--python-version", "3.11")
LOCK_OPTIONS = {
    "airflow": (*UNIVERSAL, "--exclude-newer", "2026-04-25"),
    "localstack": (
        *("--python-version", "3.13", "--python-platform", "linux"),
        *("--exclude-newer", "2026-03-05"),
    ),
}
SETTINGS_OF_CALLER = (
    *("SANDBOX_HOME", "SANDBOX_STATE", "CI", "PYTEST_ADDOPTS", "FUZZ", "TARGET", "IMAGES", "EMULATOR"),
    *("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY"),
)


def run_chaos(settings: Settings, count: int, seed: int) -> NoReturn:
    """Become the fault campaign of tests/chaos: Ctrl-C then reaches it, and it takes its sandbox down."""
    python = str(settings.python("dev"))
    env = environment_of_checks(settings) | {
        "PYTHONPATH": os.pathsep.join(PYTHON_PATH),
        "GLUE_WARM_DRIVERS": str(settings.glue_warm_drivers),
    }
    os.chdir(settings.root)
    os.execve(python, [python, "-m", "chaos", "--count", str(count), "--seed", str(seed)], env)  # noqa: S606


def environment_of_checks(settings: Settings) -> dict[str, str]:
    """What linters and tests see: no real AWS account, and the caches of this project."""
    kept = {name: os.environ[name] for name in SETTINGS_OF_CALLER if name in os.environ}
    java = find_java(settings.home)
    cache = settings.home / "cache"
    extra = {
        "PATH": f"{settings.envs / 'dev' / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "DOCKER_CONFIG": os.environ.get("DOCKER_CONFIG") or str(Path.home() / ".docker"),
        "HOME": str(cache / "user"),  # not below the state, where `down` looks for processes to end
        "RUFF_CACHE_DIR": str(cache / "ruff"),
        "MYPY_CACHE_DIR": str(cache / "mypy"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(cache / "hypothesis"),
    }
    if java:
        extra["JAVA_HOME"] = str(java)
    env = child_environment(settings, kept | extra)
    del env["AWS_ENDPOINT_URL"]  # the tests say themselves which endpoint they mean
    return env


def compile_locks(settings: Settings) -> None:
    """Resolve every *.in of both folders of locks, all hashes included."""
    uv = [str(settings.envs / "uv" / "bin" / "uv"), "pip", "compile", "--quiet", "--upgrade"]
    env = os.environ | {"UV_CACHE_DIR": str(settings.home / "cache" / "uv"), "UV_SYSTEM_CERTS": "1"}
    for source in sorted([*(settings.root / "locks").glob("*.in"), *LOCKS.glob("*.in")]):
        options = LOCK_OPTIONS.get(source.stem, UNIVERSAL)
        target = f"{source.stem}.txt"
        command = [*uv, "--generate-hashes", "--no-header", *options, source.name, "-o", target]
        with step(target):
            subprocess.run(command, cwd=source.parent, env=env, check=True)
