"""Walks through a repository, and gives each file to who can read it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from glue_sandbox.scaffold.survey.astro import look_at_astro
from glue_sandbox.scaffold.survey.findings import Findings
from glue_sandbox.scaffold.survey.infrastructure import look_at_template, look_at_terraform
from glue_sandbox.scaffold.survey.python_files import look_at_python
from glue_sandbox.scaffold.survey.python_source import PythonSource
from glue_sandbox.scaffold.survey.sample_data import look_at_sample_data
from glue_sandbox.scaffold.survey.tests import TESTS, look_at_tests

NOT_OF_THE_PROJECT = {"node_modules", "venv", "env", "site-packages", "__pycache__", "build", "dist"}
REQUIREMENTS = "requirements.txt"
MAX_BYTES = 1_000_000
"""Of a file that is read; larger ones are data."""


def survey(root: Path) -> Findings:
    """Return what the repository says of its jobs, DAGs and resources; nothing in it is run or changed."""
    findings, sources = Findings(has_airflowignore=(root / ".airflowignore").is_file()), []
    files = list(_files(root))
    for path in files:
        if path.stat().st_size > MAX_BYTES:
            continue
        if path.suffix == ".tf":
            look_at_terraform(root, path, findings)
        elif path.suffix in (".yaml", ".yml") or path.name.endswith((".template.json", ".template")):
            look_at_template(root, path, findings)
    for path in files:
        is_read = path.suffix == ".py" and path.stat().st_size <= MAX_BYTES
        if is_read and not TESTS & set(path.relative_to(root).parts):
            try:
                sources.append(PythonSource(root, path))
            except SyntaxError as error:
                where = f"{path.relative_to(root)}:{error.lineno}"
                findings.unknown.append(f"what stands in {where}: {error.msg}")
    look_at_python(sources, findings)
    look_at_astro(root, findings)
    findings.requirements = REQUIREMENTS if (root / REQUIREMENTS).is_file() else None
    look_at_sample_data(root, files, sources, findings)
    look_at_tests(root, files, findings)
    return findings


def _files(root: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(root):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and name not in NOT_OF_THE_PROJECT
        )
        for name in sorted(files):
            path = Path(parent) / name
            if path.is_file():  # and no link to nowhere
                yield path
