"""`make lint` and `make format`: the linters of the environment `dev`, and the files that each looks at."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import time
from collections.abc import Iterator

from glue_sandbox.dev.check_environment import PYTHON_PATH, environment_of_checks
from glue_sandbox.project.file import Project
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import last_lines, out, working

CODE = (
    *("compose", "dags", "examples", "glue", "infra", "notebooks"),
    *("packages", "scripts", "tests", "conftest.py"),
)
TYPED = ("compose/airflow/config", "compose/events", "glue", "packages", "scripts", "tests")
# What runs in an image, or makes one.
SHELL_SCRIPTS = (
    *(".ci/run", ".ci/engine", "local-docker-development.sh"),
    *("compose/airflow/entrypoint", "compose/glue/spark.profile.sh", "compose/postgres/docker-entrypoint.sh"),
    *("compose/build/debian-base", "compose/build/fetch-jars", "compose/build/with-index"),
)
IMPORTS_SPARK = re.compile(r"^\s*(?:from|import)\s+pyspark\b", re.MULTILINE)

Command = tuple[str, list[str]]


def run_lint(settings: Settings) -> bool:
    """Run every linter, the later ones also after a failure; return whether all are content."""
    return all([_passes(settings, *linter) for linter in linters(settings)])  # noqa: C419


def run_format(settings: Settings) -> bool:
    """Apply the fixes that are safe, then the format; return whether nothing is left to be mended by hand."""
    return all([_passes(settings, *command) for command in formatters(settings)])  # noqa: C419


def formatters(settings: Settings) -> Iterator[Command]:
    """Yield name and command line of what changes the code; the format last, for fixes leave work to it."""
    ruff = str(settings.envs / "dev" / "bin" / "ruff")
    yield "ruff check --fix", [ruff, "check", "--fix", *CODE]
    yield "ruff format", [ruff, "format", *CODE]


def linters(settings: Settings) -> Iterator[Command]:
    """Yield name and command line of each linter, as run at the root of the project."""
    tools = settings.envs / "dev" / "bin"
    cache = settings.home / "cache"

    def files(*patterns: str) -> list[str]:
        paths = sorted(path for pattern in patterns for path in settings.root.glob(pattern))
        return [str(path.relative_to(settings.root)) for path in paths]

    yield "ruff format", [str(tools / "ruff"), "format", "--check", *CODE]
    yield "ruff check", [str(tools / "ruff"), "check", *CODE]
    yield "mypy", [str(tools / "mypy"), *TYPED]

    sources = f"PYTHONPATH={os.pathsep.join(PYTHON_PATH)}"
    imports = [str(tools / "lint-imports"), "--cache-dir", str(cache / "import_linter")]
    yield "import-linter", ["env", sources, *imports]
    yield "codespell", [str(tools / "codespell"), "."]

    yield "nbstripout", [str(tools / "nbstripout"), "--verify", *files("notebooks/*.ipynb")]
    yield "shellcheck", [str(tools / "shellcheck"), *SHELL_SCRIPTS]
    yield "hadolint", [str(tools / "hadolint"), *files("compose/*/Dockerfile", ".devcontainer/Dockerfile")]
    yield "cfn-lint", [str(tools / "cfn-lint"), *files("infra/*.yaml")]
    schema = [str(tools / "check-jsonschema"), "--builtin-schema", "vendor.github-workflows"]
    yield "workflows", [*schema, *files(".github/workflows/*.yaml", "docs/ci/*.yaml")]

    python_3_9 = [str(tools / "vermin"), "-q", "-t=3.9-", "--violations"]
    yield "vermin (Python 3.9)", [*python_3_9, *python_39(settings.project)]


def python_39(project: Project) -> list[str]:
    """Return the files for Python 3.9, which Glue's Python shell has: all that jobs are made of.

    Those that import Spark run on Glue's Python 3.11.
    """
    folders = [folder for folder in (project.job_scripts, project.package) if folder]
    files = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    return [
        str(path.relative_to(project.root))
        for path in files
        if not IMPORTS_SPARK.search(path.read_text(encoding="utf-8"))
    ]


def _passes(settings: Settings, name: str, command: list[str]) -> bool:
    started = time.monotonic()
    with working(name):
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
