"""Two frames become one: Join, union, mergeDynamicFrame."""

from collections.abc import Sequence
from typing import cast

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql.types import DataType, StringType, StructType

from local_glue.dynamicframe.paths import (
    Path,
    column,
    field_name,
    parse_path,
    resolve,
    tell_cases_apart,
)
from local_glue.dynamicframe.transforms.editing import select
from local_glue.dynamicframe.types.casts import cast as as_type
from local_glue.dynamicframe.types.choices import has_choice
from local_glue.dynamicframe.types.merging import conform, merge_structs

_LEFT, _RIGHT = "left", "right"


def join(left: DataFrame, right: DataFrame, keys1: Sequence[str], keys2: Sequence[str]) -> DataFrame:
    """Return the rows whose keys are equal, all fields of both; a name of both is `.name` on the right.

    Raises:
        ValueError: one side has more keys than the other.
    """
    if len(keys1) != len(keys2) or not keys1:
        raise ValueError(f"Expected as many keys on both sides, found {list(keys1)} and {list(keys2)}.")
    paths1 = [_key_path(left, key) for key in keys1]
    paths2 = [_key_path(right, key) for key in keys2]
    both = set(left.columns) & set(right.columns)
    renamed = {name: f".{name}" if name in both else name for name in right.columns}
    tell_cases_apart(left.sparkSession, [*left.columns, *renamed.values()])
    if both:
        right = select(right, [(new, column(name)) for name, new in renamed.items()])
    on = [
        _key_value(left, (name1, *deeper1)) == _key_value(right, (renamed[name2], *deeper2))
        for (name1, *deeper1), (name2, *deeper2) in zip(paths1, paths2, strict=True)
    ]
    return left.join(right, on, "inner")


def union(left: DataFrame, right: DataFrame) -> DataFrame:
    """Return all rows of both, fields matched by name; where the types differ, the field is a choice."""
    together = merge_structs(left.schema, right.schema)
    tell_cases_apart(left.sparkSession, together.names)
    return _conformed(left, together).unionByName(_conformed(right, together))


def merge_by_key(source: DataFrame, stage: DataFrame, keys: Sequence[str]) -> DataFrame:
    """Return the staged rows, and those of the source whose keys the stage does not have."""
    ours, staged = _with_keys(source, keys, _LEFT), _with_keys(stage, keys, _RIGHT)
    staged = staged.select(*[column(_key(_RIGHT, n)) for n in range(len(keys))])
    on = [column(_key(_LEFT, n)).eqNullSafe(column(_key(_RIGHT, n))) for n in range(len(keys))]
    kept = ours.join(staged, on, "left_anti").select(*map(column, source.columns))
    return union(kept, stage)


def _conformed(df: DataFrame, target: StructType) -> DataFrame:
    if df.schema == target:
        return df
    own = {field.name: field.dataType for field in df.schema.fields}
    return select(df, [
        (
            x.name,
            conform(column(x.name), own[x.name], x.dataType)
            if x.name in own
            else f.lit(None).cast(x.dataType),
        )
        for x in target.fields
    ])  # fmt: skip


def _with_keys(df: DataFrame, keys: Sequence[str], side: str) -> DataFrame:
    """Return the rows with the values of their keys as columns of their own; choices compare as text."""
    values = [_key_value(df, _key_path(df, key)) for key in keys]
    return df.select("*", *[value.alias(_key(side, number)) for number, value in enumerate(values)])


def _key_path(df: DataFrame, key: str) -> Path:
    path = parse_path(key)
    name = field_name(df.schema, path[0])
    if name is None or resolve(df.schema, path) is None:
        raise ValueError(f"Expected the key {key!r} among the fields {df.columns}, found none of that name.")
    return (name, *path[1:])


def _key_value(df: DataFrame, path: Path) -> Column:
    value, kind = cast(tuple[Column, DataType], resolve(df.schema, path))
    return as_type(value, kind, StringType()) if has_choice(kind) else value


def _key(side: str, number: int) -> str:
    return f"__glue_{side}_key_{number}"
