"""The examples' DAGs remove a file only while it is the one that they copied, whatever the store can do."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from checkout import ROOT

NAME = "delete_unless_replaced"
FILES = sorted(path for path in (ROOT / "examples").rglob("*.py") if f"def {NAME}(" in path.read_text())


class Store:
    """One object; a store of LocalStack's kind answers a condition with NotImplemented."""

    exceptions = SimpleNamespace(ClientError=ClientError)

    def __init__(self, etag: str, knows_conditions: bool) -> None:
        self.etag, self.knows_conditions = etag, knows_conditions
        self.is_there = True

    def head_object(self, **_: str) -> dict[str, str]:
        return {"ETag": self.etag}

    def delete_object(self, **asked: str) -> None:
        condition = asked.get("IfMatch")
        if condition and not self.knows_conditions:
            raise ClientError({"Error": {"Code": "NotImplemented"}}, "DeleteObject")
        if condition and condition != self.etag:
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "DeleteObject")
        self.is_there = False


def function_of(path: Path) -> Callable[..., None]:
    """The function alone: the file imports Airflow."""
    tree = ast.parse(path.read_text())
    tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == NAME]
    names: dict[str, Any] = {"BUCKET": "music"}
    exec(compile(tree, str(path), "exec"), names)  # noqa: S102  # our own example
    function: Callable[..., None] = names[NAME]
    return function


def delete(path: Path, store: Store) -> None:
    """Remove the file that had the etag `"a"`."""
    function = function_of(path)
    given = {"s3": store, "bucket": "music", "key": "in/a.csv", "etag": '"a"'}
    function(**{name: given[name] for name in function.__code__.co_varnames[: function.__code__.co_argcount]})


def test_each_example_that_moves_files_in_its_dag_is_here() -> None:
    assert [path.relative_to(ROOT / "examples").parts[0] for path in FILES] == [
        *("astro-crawler", "micro-batches", "team-pipeline", "validated-pipeline"),
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "examples")))
@pytest.mark.parametrize("knows_conditions", [True, False])
def test_the_file_that_was_copied_is_removed(path: Path, knows_conditions: bool) -> None:
    store = Store('"a"', knows_conditions)
    delete(path, store)
    assert not store.is_there


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "examples")))
def test_another_file_in_its_place_stays(path: Path) -> None:
    without = Store('"b"', knows_conditions=False)
    delete(path, without)
    assert without.is_there

    store = Store('"b"', knows_conditions=True)
    with pytest.raises(ClientError, match="PreconditionFailed"):  # which the DAG expects
        delete(path, store)
    assert store.is_there
