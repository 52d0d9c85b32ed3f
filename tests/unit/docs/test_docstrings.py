"""Public functions that raise say so in a section `Raises:` of their docstring."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# A command's docstring is its help, in which its exit code stands for what is raised.
HELP = ("commands", "cli.py")
FOLDERS = ("packages/local-glue/src", "packages/glue-sandbox/src", "scripts/music", "glue", "dags", "infra")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def public_functions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield those of a module and of its classes, which others may call; not those inside of functions."""
    for node in body:
        if isinstance(node, (ast.ClassDef, *FUNCTIONS)) and node.name.startswith("_"):
            continue
        if isinstance(node, ast.ClassDef):
            yield from public_functions(node.body)
        elif isinstance(node, FUNCTIONS):
            yield node


def raises(node: ast.AST) -> bool:
    """Return whether a body raises an exception that it names, functions inside of it left out."""
    return any(
        (isinstance(child, ast.Raise) and child.exc is not None) or raises(child)
        for child in ast.iter_child_nodes(node)
        if not isinstance(child, (*FUNCTIONS, ast.Lambda, ast.ClassDef))
    )


def silent(source: str) -> list[str]:
    """Return the public functions of a module whose docstrings do not say that they raise."""
    functions = public_functions(ast.parse(source).body)
    described = {each.name: ast.get_docstring(each) for each in functions if raises(each)}
    return [name for name, text in described.items() if text and "Raises:" not in text]


@pytest.mark.parametrize(
    ("docstring", "expected"), [("Do it.", ["f"]), ("Do it.\n\n    Raises:\n        ValueError: never.", [])]
)
def test_a_function_that_raises_is_found(docstring: str, expected: list[str]) -> None:
    inner = "    def inner():\n        raise KeyError\n"
    source = f'def f(x):\n    """{docstring}"""\n{inner}    if x:\n        raise ValueError\n'
    assert silent(source) == expected
    assert silent(f"def g():\n{inner}    return inner\n") == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_functions_that_raise_say_so(folder: str) -> None:
    found = {
        str(path.relative_to(ROOT)): names
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not set(HELP) & set(path.parts) and (names := silent(path.read_text(encoding="utf-8")))
    }
    assert found == {}
