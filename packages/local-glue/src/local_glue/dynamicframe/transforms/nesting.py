"""Structs become columns: unnest, and what DynamoDB's JSON wraps around its values."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql.types import ArrayType, DataType, NullType, StructType

from local_glue.dynamicframe.paths import column
from local_glue.dynamicframe.transforms.editing import Named, select
from local_glue.dynamicframe.types.choices import is_choice

_ITEM = "Item"
_SCALARS = {"S", "N", "B", "BOOL", "SS", "NS", "BS"}
_TAGS = _SCALARS | {"M", "L", "NULL"}


def unnest(df: DataFrame) -> DataFrame:
    """Return the rows with the fields of structs as columns whose names have dots; arrays stay."""
    has_structs = any(isinstance(x.dataType, StructType) for x in df.schema.fields)
    return select(df, flat_columns(df.schema)) if has_structs else df


def flat_columns(kind: StructType) -> list[Named]:
    """Return the columns of unnested rows."""
    return [one for field in kind.fields for one in _flat(field.name, column(field.name), field.dataType)]


def simplify_ddb_json(df: DataFrame) -> DataFrame:
    """Return items without the types around their values; what was a map stays a struct."""
    if _ITEM not in df.columns:
        return df
    kind = df.schema[_ITEM].dataType
    rest = [(name, column(name)) for name in df.columns if name != _ITEM]
    if not isinstance(kind, StructType):
        return df
    return select(df, [*_plain_fields(column(_ITEM), kind), *rest])


def unnest_ddb_json(df: DataFrame) -> DataFrame:
    """Return items without the types around their values, maps unnested to columns."""
    return unnest(simplify_ddb_json(df))


def _flat(name: str, value: Column, kind: DataType) -> list[Named]:
    if not isinstance(kind, StructType) or is_choice(kind):
        return [(name, value)]
    return [
        one
        for field in kind.fields
        for one in _flat(f"{name}.{field.name}", value.getField(field.name), field.dataType)
    ]


def _plain_fields(value: Column, kind: StructType) -> list[Named]:
    return [(x.name, _plain(value.getField(x.name), x.dataType)) for x in kind.fields]


def _plain(value: Column, kind: DataType) -> Column:
    """Return the value inside a struct such as {"S": "text"}."""
    if not isinstance(kind, StructType) or is_choice(kind) or not set(kind.names) <= _TAGS or not kind.names:
        return value
    if len(kind.names) > 1:
        return value  # a list or a map with several types is not simplified

    (tag,) = kind.names
    inner, inner_kind = value.getField(tag), kind[tag].dataType
    if tag == "NULL":
        return f.lit(None).cast(NullType())
    if tag == "M" and isinstance(inner_kind, StructType):
        fields = [one.alias(name) for name, one in _plain_fields(inner, inner_kind)]
        return f.when(inner.isNotNull(), f.struct(*fields))
    if tag == "L" and isinstance(inner_kind, ArrayType) and _is_simple(inner_kind.elementType):
        element = inner_kind.elementType
        return f.transform(inner, lambda one: _plain(one, element))

    return inner


def _is_simple(kind: DataType) -> bool:
    return isinstance(kind, StructType) and len(kind.names) == 1 and kind.names[0] in _SCALARS
