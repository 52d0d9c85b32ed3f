"""New rows of a database by the keys that a script names: those behind the last ones read."""

from collections.abc import Mapping
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from local_glue.dynamicframe.paths import column


def keys_of(options: Mapping[str, Any]) -> tuple[list[str], bool]:
    """Return the bookmark keys, and whether they go down.

    Raises:
        NotImplementedError: no keys are named; AWS takes the primary key then.
    """
    keys = options.get("jobBookmarkKeys")
    if not keys:
        raise NotImplementedError(
            "A bookmark on a database needs its keys here. Name them in connection_options, or in "
            'additional_options of from_catalog, as in "jobBookmarkKeys": ["id"].'
        )
    keys = [keys] if isinstance(keys, str) else list(keys)
    return keys, str(options.get("jobBookmarkKeysSortOrder", "asc")).lower() == "desc"


def after(
    df: DataFrame, keys: list[str], is_descending: bool, state: Mapping[str, Any] | None
) -> tuple[DataFrame, list[str] | None]:
    """Return the rows behind a state, up to the last one that is there now, and the keys of that one."""
    rows = df if state is None else df.where(_is_behind(df, keys, state["values"], is_descending))
    last = f.min(f.struct(*map(column, keys))) if is_descending else f.max(f.struct(*map(column, keys)))
    found = rows.select(last.alias("last")).first()
    if found is None or found["last"] is None:
        return rows, None
    values = [str(value) for value in found["last"]]
    # A row that comes while these are read is behind the last one: the next run reads it.
    return rows.where(~_is_behind(df, keys, values, is_descending)), values


def between(
    df: DataFrame,
    keys: list[str],
    is_descending: bool,
    first: Mapping[str, Any] | None,
    last: Mapping[str, Any] | None,
) -> DataFrame:
    """Return the rows behind one state, up to another one."""
    if last is None:
        return df.limit(0)
    rows = df.where(~_is_behind(df, keys, last["values"], is_descending))
    return rows if first is None else rows.where(_is_behind(df, keys, first["values"], is_descending))


def _is_behind(df: DataFrame, keys: list[str], values: list[str], is_descending: bool) -> Column:
    """Return whether the keys of a row come after some values, the first key first."""
    is_behind = f.lit(False)
    is_equal = f.lit(True)
    for key, text in zip(keys, values, strict=True):
        own, value = column(key), f.lit(text).cast(df.schema[key].dataType)
        is_behind |= is_equal & ((own < value) if is_descending else (own > value))
        is_equal &= own == value
    return is_behind
