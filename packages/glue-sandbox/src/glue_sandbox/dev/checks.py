"""Runs the project's own checks with the tools of the environment `dev`: linters, and the fault campaign."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from glue_sandbox.console import last_lines, out, step
from glue_sandbox.environment.child_process import child_environment
from glue_sandbox.settings import Settings
from local_glue.setup.environments import LOCKS
from local_glue.setup.java import find_java

CODE = ("compose", "dags", "glue", "infra", "packages", "scripts", "tests", "conftest.py")
# Where sources and the helpers of tests are imported from.
PYTHON_PATH = (
    *("packages/local-glue/src", "packages/glue-sandbox/src", "glue", "scripts", "dags", "tests"),
    *("packages/local-glue/tests", "packages/glue-sandbox/tests"),
)
# What runs in an image, or makes one.
SHELL_SCRIPTS = (
    *("compose/airflow/entrypoint", "compose/postgres/docker-entrypoint.sh"),
    *("compose/build/debian-base", "compose/build/fetch-jars", "compose/build/with-index"),
)
# Glue's Python shell has Python 3.9, and this is what runs there.
PYTHON_39 = ("glue/jobs", "glue/music_streams")
IMPORTS_SPARK = re.compile(r"^\s*(?:from|import)\s+pyspark\b", re.MULTILINE)
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


def run_lint(settings: Settings) -> bool:
    """Run every linter, the later ones also after a failure; True when all are content."""
    return all([_passes(settings, name, command) for name, command in _linters(settings)])  # noqa: C419


def run_chaos(settings: Settings, count: int, seed: int) -> NoReturn:
    """Become the fault campaign of tests/chaos: Ctrl-C then reaches it, and it takes its sandbox down."""
    python = str(settings.python("dev"))
    env = environment_of_checks(settings) | {
        "PYTHONPATH": os.pathsep.join(PYTHON_PATH),
        "GLUE_WARM_DRIVERS": str(settings.glue_warm_drivers),
    }
    os.chdir(settings.root)
    os.execve(python, [python, "-m", "chaos", "--count", str(count), "--seed", str(seed)], env)  # noqa: S606


def _linters(settings: Settings) -> Iterator[tuple[str, list[str]]]:
    tools = settings.envs / "dev" / "bin"
    scripts = [".ci/run", ".ci/engine", "local-docker-development.sh", *SHELL_SCRIPTS]
    templates = sorted(str(path.relative_to(settings.root)) for path in settings.root.glob("infra/*.yaml"))
    yield "ruff format", [str(tools / "ruff"), "format", "--check", *CODE]
    yield "ruff check", [str(tools / "ruff"), "check", *CODE]
    yield (
        "mypy",
        [
            str(tools / "mypy"),
            "compose/airflow/config",
            "compose/events",
            "glue",
            "packages",
            "scripts",
            "tests",
        ],
    )
    yield "shellcheck", [str(tools / "shellcheck"), *scripts]
    yield "cfn-lint", [str(tools / "cfn-lint"), *templates]
    workflows = sorted(str(path.relative_to(settings.root)) for path in settings.root.glob("docs/ci/*.yaml"))
    yield (
        "example workflows",
        [str(tools / "check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *workflows],
    )
    yield (
        "vermin (Python 3.9)",
        [str(tools / "vermin"), "-q", "-t=3.9-", "--violations", *python_39(settings.root)],
    )


def python_39(root: Path) -> list[str]:
    """Files that run on Python 3.9: all but those that import Spark, which run on Glue's Python 3.11."""
    files = [path for folder in PYTHON_39 for path in sorted((root / folder).rglob("*.py"))]
    return [
        str(path.relative_to(root))
        for path in files
        if not IMPORTS_SPARK.search(path.read_text(encoding="utf-8"))
    ]


def _passes(settings: Settings, name: str, command: list[str]) -> bool:
    started = time.monotonic()
    result = subprocess.run(
        command,
        cwd=settings.root,
        env=environment_of_checks(settings),
        capture_output=True,
        text=True,
        check=False,
    )
    sign = "[red]✗[/]" if result.returncode else "[green]✓[/]"
    out.print(f"{sign} {name} ({time.monotonic() - started:.1f} s)")
    if result.returncode == 0:
        return True
    out.print(last_lines(result.stdout + result.stderr, count=40), markup=False)
    out.print(f"next: {shlex.join(command)}", style="bold", markup=False)
    return False


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
