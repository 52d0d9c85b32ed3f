"""What two types have in common, as AWS merges the schemas of records: where they differ, a choice."""

from typing import cast

from pyspark.sql import Column
from pyspark.sql import functions as f
from pyspark.sql.types import ArrayType, DataType, DecimalType, MapType, NullType, StructField, StructType

from local_glue.dynamicframe.types.choices import alternatives, choice_of, is_choice, pick
from local_glue.dynamicframe.types.glue_types import type_name

_MOST_DIGITS = 38


def merge(left: DataType, right: DataType) -> DataType:
    """Return the type that holds the values of both."""
    if left == right or isinstance(right, NullType):
        return left
    if isinstance(left, NullType):
        return right
    if is_choice(left) or is_choice(right) or type_name(left) != type_name(right):
        return _merge_choices(alternatives(left), alternatives(right))
    if isinstance(left, StructType) and isinstance(right, StructType):
        return merge_structs(left, right)
    if isinstance(left, ArrayType) and isinstance(right, ArrayType):
        return ArrayType(merge(left.elementType, right.elementType))
    if isinstance(left, MapType) and isinstance(right, MapType):
        return MapType(left.keyType, merge(left.valueType, right.valueType))
    if isinstance(left, DecimalType) and isinstance(right, DecimalType):
        scale = max(left.scale, right.scale)
        whole = max(left.precision - left.scale, right.precision - right.scale)
        return DecimalType(min(whole + scale, _MOST_DIGITS), scale)

    return left


def merge_structs(left: StructType, right: StructType) -> StructType:
    """Return the fields of both, those of the left one first."""
    others = {field.name: field for field in right.fields}
    fields = [
        StructField(
            own.name, merge(own.dataType, others[own.name].dataType) if own.name in others else own.dataType
        )
        for own in left.fields
    ]
    return StructType(
        [*fields, *(StructField(n, o.dataType) for n, o in others.items() if n not in left.names)]
    )


def conform(value: Column, kind: DataType, target: DataType) -> Column:
    """Return a value in a type that `merge` made of its own type and another one."""
    if kind == target:
        return value
    if isinstance(target, NullType):
        return f.lit(None)
    if isinstance(kind, NullType):
        return f.lit(None).cast(target)
    if is_choice(target):
        return _struct_unless_null(value, target, _chosen(value, kind, target))
    if isinstance(kind, StructType) and isinstance(target, StructType):
        fields = [
            conform(value.getField(x.name), kind[x.name].dataType, x.dataType)
            if x.name in kind.names
            else f.lit(None).cast(x.dataType)
            for x in target.fields
        ]
        return _struct_unless_null(value, target, fields)
    if isinstance(kind, ArrayType) and isinstance(target, ArrayType):
        inner, outer = kind.elementType, target.elementType
        return f.transform(value, lambda one: conform(one, inner, outer))
    if isinstance(kind, MapType) and isinstance(target, MapType):
        old, new = kind.valueType, target.valueType
        return f.transform_values(value, lambda _, one: conform(one, old, new))

    return value.cast(target)


def _chosen(value: Column, kind: DataType, target: DataType) -> list[Column]:
    """Return a value of one type, or of a choice, at its place among the types of a wider choice."""
    own, wanted = alternatives(kind), alternatives(target)
    found: dict[str, Column] = {}
    for name, one in own.items():
        place = "long" if name == "int" and name not in wanted else name
        found[place] = conform(pick(value, name) if is_choice(kind) else value, one, wanted[place])
    if "int" in own and "long" in own and "int" not in wanted:
        found["long"] = f.coalesce(pick(value, "long"), pick(value, "int").cast("long"))
    return [found.get(name, f.lit(None).cast(one)) for name, one in wanted.items()]


def _merge_choices(left: dict[str, DataType], right: dict[str, DataType]) -> DataType:
    shared = {name: merge(left[name], right[name]) for name in left if name in right}
    kinds = {**left, **right, **shared}
    if "long" in kinds:  # whole numbers are one type, as wide as the widest of them
        kinds.pop("int", None)
    return choice_of(kinds) if len(kinds) > 1 else next(iter(kinds.values()))


def _struct_unless_null(value: Column, target: DataType, fields: list[Column]) -> Column:
    names = cast(StructType, target).names
    named = [one.alias(name) for one, name in zip(fields, names, strict=True)]
    return f.when(value.isNotNull(), f.struct(*named))
