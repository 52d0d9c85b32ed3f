"""Whether Python can read what jobs run: said before anything starts, where a run would say it later."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from pathlib import Path

from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import Project


def require_readable_scripts(project: Project) -> None:
    """Require that job scripts, and the package they import, are Python.

    It is read by the Python of this tool: what only Glue's older one cannot read, a run tells.

    Raises:
        SandboxError: a file has a syntax error; names file, line and the line's text.
    """
    for path in _sources(project):
        try:
            with warnings.catch_warnings(action="ignore"):  # the run shows them
                ast.parse(path.read_bytes(), filename=str(path))
        except (SyntaxError, ValueError) as error:
            raise _explained(path.relative_to(project.root), error) from None


def _sources(project: Project) -> Iterator[Path]:
    for folder in (project.job_scripts, project.package):
        yield from sorted(folder.rglob("*.py")) if folder else ()
    for job in project.jobs.define.values():
        yield project.root / job.script


def _explained(path: Path, error: SyntaxError | ValueError) -> SandboxError:
    line, text = getattr(error, "lineno", None), (getattr(error, "text", None) or "").strip()
    where = f"line {line} of {path}" if line else str(path)
    found = f"{getattr(error, 'msg', error)} in {where}" + (f": {text}" if text else "")
    return SandboxError(
        f"{path}, which jobs run, to be Python", found, f"correct {where}, then repeat the command"
    )
