"""AWS's modules and ours as text: who calls what, and what is answered. Nothing of either is imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from glue_service.servers import ENVS, ROOT

AWSGLUE = ENVS / "glue/lib/python3.11/site-packages/awsglue"
HERE = ROOT / "packages/local-glue/src/local_glue/dynamicframe"
# What AWS's code calls something in the JVM -> the class here that answers it.
_ANSWERED_BY = {
    "_jdf": (("frames/frame.py", "Frame"), ("frames/frame_transforms.py", "FrameTransforms")),
    "_ssql_ctx": (("gluecontext.py", "ScalaGlueContext"),),
    "_jsource": (("sources/s3.py", "FileSource"),),
    "_jsink": (("sinks/files.py", "FileSink"), ("sinks/sink.py", "Sink")),
    "_job": (("bookmarks/bookmarks.py", "Bookmarks"),),
}
# Made by a constructor of our own, and so found under no name of the JVM.
_MADE_HERE = {"GlueContext", "GlueLogger"}


@cache
def tree(path: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def class_of(path: Path, name: str) -> ast.ClassDef:
    """Return a class of a module."""
    return next(one for one in tree(path).body if isinstance(one, ast.ClassDef) and one.name == name)


def methods(path: Path, name: str) -> dict[str, str]:
    """Return the text of each method of a class."""
    source = path.read_text(encoding="utf-8")
    return {
        one.name: ast.get_source_segment(source, one) or ""
        for one in class_of(path, name).body
        if isinstance(one, ast.FunctionDef)
    }


def constant(file: str, name: str) -> list[str]:
    """Return the words of a constant of ours: a tuple's, or a dictionary's keys."""
    for one in tree(HERE / file).body:
        if isinstance(one, ast.Assign) and getattr(one.targets[0], "id", "") == name:
            return list(ast.literal_eval(one.value))
    raise AssertionError(f"{file} has no constant {name}")


def missing_calls(text: str) -> list[str]:
    """Return what a text of AWS's calls in the JVM and nothing here answers."""
    calls = {
        f"{owner}.{name}"
        for owner in _ANSWERED_BY
        for name in re.findall(rf"\b{owner}\.(\w+)\(", text)
        if name not in _answers(owner)
    }
    classes = set(re.findall(r"_jvm\.([A-Z]\w+)", text)) - _classes() - _MADE_HERE
    return sorted(calls | {f"_jvm.{name}" for name in classes})


@cache
def _answers(owner: str) -> frozenset[str]:
    return frozenset(name for file, kind in _ANSWERED_BY[owner] for name in methods(HERE / file, kind))


@cache
def _classes() -> frozenset[str]:
    """Return Glue's classes of the JVM that are answered: the keys of one dictionary."""
    text = (HERE / "jvm.py").read_text(encoding="utf-8")
    return frozenset(re.findall(r'^        "(\w+)": ', text, re.M))


def connection_types(method: str) -> list[str]:
    """Return the types of connections that a method of the context compares with."""
    context = class_of(HERE / "gluecontext.py", "ScalaGlueContext")
    (found,) = (one for one in context.body if isinstance(one, ast.FunctionDef) and one.name == method)
    return list(dict.fromkeys(_compared(found)))


def _compared(body: ast.AST) -> Iterator[str]:
    places = {"VENDORS": "jdbc.py"}
    for one in ast.walk(body):
        if isinstance(one, ast.Compare):
            (other,) = one.comparators
            if isinstance(other, ast.Name):
                yield from constant(places.get(other.id, "gluecontext.py"), other.id)
            elif isinstance(other, ast.Constant):
                yield str(other.value)
