"""Paths to fields as scripts write them: `a.b`, `` `a.b`.c ``, `list[].price`."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from pyspark import SparkContext
from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as f
from pyspark.sql.types import DataType, StructType

Path = tuple[str, ...]
CASE = "spark.sql.caseSensitive"
_PART = re.compile(r"`((?:[^`]|``)+)`|([^.`]+)")


def parse_path(text: str) -> Path:
    """Return the names of a path, outermost first; the brackets that mark an array are dropped."""
    parts = [quoted.replace("``", "`") or plain for quoted, plain in _PART.findall(text)]
    return tuple(part.removesuffix("[]") if part != "[]" else part for part in parts) or (text,)


def quote(name: str) -> str:
    """Return a name as Spark takes it, whatever is in it."""
    return "`" + name.replace("`", "``") + "`"


def column(name: str) -> Column:
    """Return a top-level column by its exact name: the same object for the same name."""
    return _column(SparkContext._jvm, name)


@lru_cache(maxsize=10_000)
def _column(_jvm: Any, name: str) -> Column:
    # A column by name belongs to no frame, and to make one takes several calls into the JVM.
    return f.col(quote(name))


def tell_cases_apart(spark: SparkSession, names: Iterable[str]) -> None:
    """Make the session case sensitive where names differ in case only: to Glue these are two fields."""
    exact = set(names)
    if len({name.lower() for name in exact}) < len(exact):
        spark.conf.set(CASE, "true")


def field_name(kind: DataType, name: str, *, case_sensitive: bool = False) -> str | None:
    """Return how a struct spells the name of a field; the exact spelling wins over another case."""
    if not isinstance(kind, StructType):
        return None
    if name in kind.names or case_sensitive:
        return name if name in kind.names else None
    return next((own for own in kind.names if own.lower() == name.lower()), None)


def resolve(
    kind: StructType, path: Sequence[str], *, case_sensitive: bool = False
) -> tuple[Column, DataType] | None:
    """Return the column and the type at a path through structs; None when there is no such field."""
    value: Column | None = None
    inner: DataType = kind
    for part in path:
        name = field_name(inner, part, case_sensitive=case_sensitive)
        if name is None or not isinstance(inner, StructType):
            return None
        value = column(name) if value is None else value.getField(name)
        inner = inner[name].dataType
    return None if value is None else (value, inner)
