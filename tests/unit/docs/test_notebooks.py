"""Notebooks import names that the jobs' package has: they are run by hand, and by one test in containers."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from deliveries import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PACKAGE = "music_streams"


def imports_of(notebook: Path) -> Iterator[tuple[str, str]]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        code = "".join(cell["source"]) if cell["cell_type"] == "code" else ""
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(f"{PACKAGE}."):
                yield from ((node.module, each.name) for each in node.names)


def names_in(module: str) -> set[str]:
    """Return what a module defines or imports, without importing it: Spark is not in this environment."""
    source = (ROOT / "glue" / Path(*module.split("."))).with_suffix(".py").read_text(encoding="utf-8")
    names: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {each.asname or each.name for each in node.names}
    return names


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda each: each.name)
def test_what_a_notebook_imports_from_the_jobs_package_is_there(notebook: Path) -> None:
    imported = list(imports_of(notebook))
    assert imported
    assert [f"{module}.{name}" for module, name in imported if name not in names_in(module)] == []
