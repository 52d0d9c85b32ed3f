"""Two frames become one: Join, union, mergeDynamicFrame."""

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql.types import StringType, StructType

from local_glue.dynamicframe.paths import column, parse_path, resolve
from local_glue.dynamicframe.transforms.editing import select
from local_glue.dynamicframe.types.casts import cast
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
    renamed = {name: f".{name}" if name in left.columns else name for name in right.columns}
    right = select(_with_keys(right, keys2, _RIGHT), [
        *[(new, column(name)) for name, new in renamed.items()],
        *[(_key(_RIGHT, n), column(_key(_RIGHT, n))) for n in range(len(keys2))],
    ])  # fmt: skip
    on = [column(_key(_LEFT, n)) == column(_key(_RIGHT, n)) for n in range(len(keys1))]
    names = [*left.columns, *renamed.values()]
    joined = _with_keys(left, keys1, _LEFT).join(right, on, "inner")
    return joined.select(*map(column, names))


def union(left: DataFrame, right: DataFrame) -> DataFrame:
    """Return all rows of both, fields matched by name; where the types differ, the field is a choice."""
    together = merge_structs(left.schema, right.schema)
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
    columns = []
    for number, key in enumerate(keys):
        found = resolve(df.schema, parse_path(key))
        if found is None:
            raise ValueError(
                f"Expected the key {key!r} among the fields {df.columns}, found none of that name."
            )
        value, kind = found
        value = cast(value, kind, StringType()) if has_choice(kind) else value
        columns.append(value.alias(_key(side, number)))
    return df.select("*", *columns)


def _key(side: str, number: int) -> str:
    return f"__glue_{side}_key_{number}"
