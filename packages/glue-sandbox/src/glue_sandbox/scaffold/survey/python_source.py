"""One Python file, read and not run: what it imports, calls, and names by literals."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ASSIGNED_OF_ASSIGNED = 3
"""How deep names stand for texts that are put together of others' texts."""


class PythonSource:
    """A parsed file; a name that is assigned a text stands for that text."""

    def __init__(self, root: Path, path: Path) -> None:
        """Parse the file.

        Raises:
            SyntaxError: it is no Python of this version.
        """
        self.path = path.relative_to(root)
        self._tree = ast.parse(path.read_text(encoding="utf-8", errors="replace"), filename=str(self.path))
        self.imports = frozenset(self._imported())
        self._constants: dict[str, str] = {}
        for _ in range(ASSIGNED_OF_ASSIGNED):
            self._constants = dict(self._assigned())

    def does_import(self, module: str) -> bool:
        """Return whether it imports the module or something of it."""
        return any(each == module or each.startswith(f"{module}.") for each in self.imports)

    def calls(self, *names: str) -> Iterator[ast.Call]:
        """Yield each call of a function or method of one of these names."""
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call) and _called(node) in names:
                yield node

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[Any]:
        """Yield every node of these kinds."""
        return (node for node in ast.walk(self._tree) if isinstance(node, kinds))

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Yield the functions at the top of the module."""
        for node in self._tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def texts(self) -> Iterator[tuple[str, int]]:
        """Yield each text of the file, also the fixed parts of f-strings, with its line."""
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value, node.lineno

    def keywords(self, *names: str) -> Iterator[tuple[ast.expr, int]]:
        """Yield the value of each keyword argument of one of these names, and its line."""
        for node in ast.walk(self._tree):
            if isinstance(node, ast.keyword) and node.arg in names:
                yield node.value, node.value.lineno

    def given(self, *names: str) -> Iterator[tuple[ast.expr, int]]:
        """Yield what is given under one of these names: by a keyword, or by an entry of a literal dict."""
        yield from self.keywords(*names)
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Dict):
                pairs = zip(node.keys, node.values, strict=True)
                yield from ((value, value.lineno) for key, value in pairs if self.text(key) in names)

    def text(self, node: ast.expr | None) -> str | None:
        """Return the text that an expression is, put together or not; None where only a run could tell."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.JoinedStr):
            return _joined(map(self.text, node.values))
        if isinstance(node, ast.FormattedValue) and node.format_spec is None:
            return self.text(node.value)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return _joined((self.text(node.left), self.text(node.right)))
        return self._constants.get(node.id) if isinstance(node, ast.Name) else None

    def whole_texts(self) -> Iterator[tuple[str, int]]:
        """Yield each text, of those that are put together the whole; `{}` is what only a run could tell."""
        parts: set[ast.AST] = set()
        for node in ast.walk(self._tree):  # what is put together comes before its parts
            if isinstance(node, ast.JoinedStr | ast.BinOp):
                parts |= set(ast.walk(node)) - {node}
            if node in parts:
                continue
            if isinstance(node, ast.JoinedStr):
                yield "".join(self.text(part) or "{}" for part in node.values), node.lineno
            elif isinstance(node, ast.Constant | ast.BinOp) and (text := self.text(node)):
                yield text, node.lineno

    def argument(self, call: ast.Call, name: str, position: int | None = None) -> ast.expr | None:
        """Return what a call gives for a parameter, by name or by position; None when it gives none."""
        for keyword in call.keywords:
            if keyword.arg == name:
                return keyword.value
        return call.args[position] if position is not None and position < len(call.args) else None

    def _imported(self) -> Iterator[str]:
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    def _assigned(self) -> Iterator[tuple[str, str]]:
        """Names and their texts; those inside functions only where the whole file has one value for them."""
        values: dict[str, set[str | None]] = defaultdict(set)
        for name, value in _assignments(ast.walk(self._tree)):
            values[name].add(self.text(value))
        yield from (
            (name, text) for name, texts in values.items() if len(texts) == 1 and (text := texts.pop())
        )
        yield from (
            (name, text) for name, value in _assignments(self._tree.body) if (text := self.text(value))
        )


def _assignments(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    for node in nodes:
        if isinstance(node, ast.Assign):
            for name, value in (pair for target in node.targets for pair in _pairs(target, node.value)):
                if isinstance(name, ast.Name):
                    yield name.id, value


def _joined(parts: Iterable[str | None]) -> str | None:
    texts = list(parts)
    return "".join(filter(None, texts)) if None not in texts else None


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """`a, b = x, y` as two assignments."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        yield from zip(target.elts, value.elts, strict=False)
    else:
        yield target, value


def _called(call: ast.Call) -> str:
    """The last part of a call's name: `Table` of `resource.Table(…)`."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
