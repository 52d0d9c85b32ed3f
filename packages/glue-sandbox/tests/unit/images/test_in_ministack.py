"""MiniStack's image has every module of the local Glue service that its start imports."""

from __future__ import annotations

import ast
from pathlib import Path

import local_glue
from glue_sandbox.images.slim_images import IN_MINISTACK

FOLDER = Path(local_glue.__file__).parent


def imported_by(module: str) -> set[str]:
    """The service's own modules that a module imports, as the list names them."""
    found = set()
    for node in ast.walk(ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("local_glue."):
            found.add(str(node.module).removeprefix("local_glue.").replace(".", "/"))
    return found


def test_what_is_copied_imports_nothing_that_is_not() -> None:
    needed = set().union(*(imported_by(module) for module in IN_MINISTACK))
    assert needed - set(IN_MINISTACK) == set()
    assert "emulators/ministack_events" in needed
