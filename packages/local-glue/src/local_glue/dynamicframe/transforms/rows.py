"""Rows by their values, and samples of them."""

import operator
from collections.abc import Callable, Sequence
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from local_glue.dynamicframe.paths import parse_path, resolve
from local_glue.dynamicframe.transforms.resolve_choice import as_data_frame
from local_glue.dynamicframe.types.casts import cast
from local_glue.dynamicframe.types.choices import is_choice

_OPERATORS: dict[str, Callable[[Column, Any], Column]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TOP, _PROBABILITY = 100, 1.0


def split_rows(
    df: DataFrame, paths: Sequence[str], values: Sequence[Any], signs: Sequence[str]
) -> list[DataFrame]:
    """Return the rows that meet all conditions, and the others.

    Raises:
        ValueError: a comparator is unknown, or there is no such field.
    """
    meets = f.lit(True)
    for path, value, sign in zip(paths, values, signs, strict=True):
        if sign not in _OPERATORS:
            raise ValueError(f"Expected one of {', '.join(_OPERATORS)}, found the comparator {sign!r}.")
        found = resolve(df.schema, parse_path(path))
        if found is None:
            raise ValueError(f"Expected a field at {path!r} among {df.columns}, found none.")
        column, kind = found
        if is_choice(kind):
            column = cast(column, kind, df.select(f.lit(value)).schema[0].dataType)
        meets &= _OPERATORS[sign](column, f.lit(value))
    is_met = f.coalesce(meets, f.lit(False))
    return [df.where(is_met), df.where(~is_met)]


def spigot(df: DataFrame, path: str, options: dict[str, Any]) -> None:
    """Write a sample of the rows as JSON."""
    probability = float(options.get("prob", _PROBABILITY))
    sample = df if probability >= 1 else df.sample(probability)
    as_data_frame(sample).limit(int(options.get("topk", _TOP))).write.mode("append").json(path)
