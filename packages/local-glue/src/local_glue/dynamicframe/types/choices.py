"""Choice types: a column whose values are of more than one type, held as a struct with one field per type.

The fields' names carry a mark, so that a choice is known wherever Spark carries the type: in a column, in a
struct, as the element of an array. In each value exactly one field is set.
"""

from collections.abc import Callable
from typing import cast

from pyspark.sql import Column
from pyspark.sql.types import ArrayType, DataType, MapType, StructField, StructType

from local_glue.dynamicframe.types.glue_types import type_name

_MARK = "choice:"


def is_choice(kind: DataType) -> bool:
    """Return whether a type is a choice."""
    return isinstance(kind, StructType) and bool(kind.names) and all(n.startswith(_MARK) for n in kind.names)


def alternatives(kind: DataType) -> dict[str, DataType]:
    """Return the types of a choice by their Glue names; of any other type, itself alone."""
    if is_choice(kind):
        return {field.name.removeprefix(_MARK): field.dataType for field in cast(StructType, kind).fields}
    return {type_name(kind): kind}


def choice_of(kinds: dict[str, DataType]) -> StructType:
    """Return the choice between types, in the order of their names."""
    return StructType([StructField(_MARK + name, kinds[name]) for name in sorted(kinds)])


def pick(column: Column, name: str) -> Column:
    """Return the value that a choice has of one type, null where it has another one."""
    return column.getField(_MARK + name)


def has_choice(kind: DataType) -> bool:
    """Return whether a type is or holds a choice."""
    return is_choice(kind) or any(map(has_choice, _children(kind)))


def as_struct(kind: DataType) -> DataType:
    """Return a type in which each choice is an ordinary struct, as `toDF` and `make_struct` have it."""
    if isinstance(kind, StructType):
        fields = [(f.name.removeprefix(_MARK) if is_choice(kind) else f.name, f) for f in kind.fields]
        return StructType([StructField(name, as_struct(f.dataType), f.nullable) for name, f in fields])
    return with_children(kind, as_struct)


def with_children(kind: DataType, change: Callable[[DataType], DataType]) -> DataType:
    """Return an array or a map with other element types; any other type as it is."""
    if isinstance(kind, ArrayType):
        return ArrayType(change(kind.elementType), kind.containsNull)
    if isinstance(kind, MapType):
        return MapType(kind.keyType, change(kind.valueType), kind.valueContainsNull)
    return kind


def _children(kind: DataType) -> list[DataType]:
    if isinstance(kind, StructType):
        return [field.dataType for field in kind.fields]
    if isinstance(kind, ArrayType):
        return [kind.elementType]
    return [kind.valueType] if isinstance(kind, MapType) else []
