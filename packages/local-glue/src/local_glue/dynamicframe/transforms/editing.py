"""Changes of fields at a path, through structs and arrays, as one expression of Spark."""

from collections.abc import Callable, Iterable
from typing import cast

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql.types import ArrayType, DataType, StructType

from local_glue.dynamicframe.paths import Path, column, field_name
from local_glue.dynamicframe.types.choices import is_choice

Named = tuple[str, Column]
# Gives what stands in a field's place: nothing, the field itself, or more fields.
Edit = Callable[[str, Column, DataType], list[Named]]


def edit(df: DataFrame, path: Path, change: Edit) -> DataFrame:
    """Return the rows with the field at a path changed; as they are where there is no such field."""
    name = field_name(df.schema, path[0])
    if name is None or not has_path(df.schema, path):
        return df
    changed = _edit_fields(StructType([df.schema[name]]), column, path, change)
    if not changed:
        return df.drop(name)
    if len(changed) == 1 and changed[0][0] == name:
        return df.withColumn(name, changed[0][1])
    return select(df, edited(df, path, change))


def edited(df: DataFrame, path: Path, change: Edit) -> list[Named]:
    """Return the columns of rows with the field at a path changed."""
    return _edit_fields(df.schema, column, path, change)


def select(df: DataFrame, fields: Iterable[Named]) -> DataFrame:
    """Return the named columns."""
    return df.select(*[value if value is column(name) else value.alias(name) for name, value in fields])


def has_path(kind: DataType, path: Path) -> bool:
    """Return whether there is a field at a path, through structs and arrays of them."""
    while isinstance(kind, ArrayType):
        kind = kind.elementType
    name = None if is_choice(kind) else field_name(kind, path[0])
    if name is None or not isinstance(kind, StructType):
        return False
    return len(path) == 1 or has_path(kind[name].dataType, path[1:])


def _edit_fields(kind: StructType, get: Callable[[str], Column], path: Path, change: Edit) -> list[Named]:
    name, deeper = field_name(kind, path[0]), path[1:]
    fields: list[Named] = []
    for field in kind.fields:
        value = get(field.name)
        if field.name != name:
            fields.append((field.name, value))
        elif not deeper:
            fields += change(field.name, value, field.dataType)
        else:
            inner = _edit_value(value, field.dataType, deeper, change)
            fields += [] if inner is None else [(field.name, inner)]
    return fields


def _edit_value(value: Column, kind: DataType, path: Path, change: Edit) -> Column | None:
    """Return the changed value; None when nothing of it is left."""
    if isinstance(kind, ArrayType):
        inner = kind.elementType
        if _is_emptied(inner, path, change):
            return None
        return f.transform(value, lambda one: _edit_value(one, inner, path, change))  # type: ignore[arg-type, return-value]
    fields = _edit_fields(cast(StructType, kind), value.getField, path, change)
    if not fields:
        return None
    return f.when(value.isNotNull(), f.struct(*[one.alias(name) for name, one in fields]))


def _is_emptied(kind: DataType, path: Path, change: Edit) -> bool:
    return _edit_value(f.lit(None), kind, path, change) is None
