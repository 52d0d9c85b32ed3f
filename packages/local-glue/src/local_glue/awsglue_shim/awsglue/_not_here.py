"""Stands where AWS's Python code would call Glue's own Java classes, and says that they are not here."""

import sys
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import awsglue
from py4j.java_gateway import JavaPackage

# What the JVM's SQLContext is asked for by Spark's own Python code.
_SPARKS_OWN = frozenset(
    {"cacheTable", "clearCache", "refreshTable", "streams", "tableNames", "tables", "uncacheTable"}
)
_INSTEAD = {
    "read": 'read with Spark itself, as in spark.read.parquet("s3://bucket/prefix/")',
    "write": 'write with Spark itself, as in df.write.mode("append").parquet("s3://bucket/prefix/")',
    "keep": "stay with the DataFrame and its own methods",
    "other": "use Spark or boto3 for it",
}


class SparksOwn:
    """The JVM's SQLContext without what Glue's own context adds to it."""

    def __init__(self, sql_context: Any) -> None:
        self._sql_context = sql_context

    def __getattr__(self, name: str) -> Any:
        if name in _SPARKS_OWN:
            return getattr(self._sql_context, name)
        return refuse()


class JvmWithoutGlue:
    """The JVM; a class that it does not have is one of Glue's."""

    def __init__(self, jvm: Any) -> None:
        self._jvm = jvm

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._jvm, name)
        if isinstance(found, JavaPackage) and name[:1].isupper():
            return refuse()
        return found


def refuse() -> NoReturn:
    """Raise NotImplementedError with the name of what the script called, and what to call instead."""
    called = _called_by_script()
    raise NotImplementedError(
        f"{called} is not here: DynamicFrames and Glue's connectors are Java code of Glue's images. "
        f"Instead {_INSTEAD[_kind(called)]}; or run this job on AWS."
    )


def _called_by_script() -> str:
    """Name the function of awsglue that the script called: the outermost one on the stack."""
    folders = {str(Path(folder).resolve()) for folder in awsglue.__path__}
    called = "This part of awsglue"
    frame: FrameType | None = sys._getframe(1)
    while frame:
        path = Path(frame.f_code.co_filename).resolve()
        if folders & {str(parent) for parent in path.parents} and frame.f_code.co_name[:1] != "_":
            called = _name_of(frame)
        frame = frame.f_back
    return called


def _name_of(frame: FrameType) -> str:
    owner = frame.f_locals.get("self", frame.f_locals.get("cls"))
    owner = owner if isinstance(owner, type) else type(owner)
    name = frame.f_code.co_name
    return name if owner is type(None) else f"{owner.__name__}.{name}"


def _kind(called: str) -> str:
    owner, _, name = called.rpartition(".")
    text = f"{owner} {name}".lower()
    if "fromdf" in text or "todf" in text:
        return "keep"
    if "write" in text or "sink" in text:
        return "write"
    if "read" in text or "create" in text or "source" in text:
        return "read"
    return "other"
