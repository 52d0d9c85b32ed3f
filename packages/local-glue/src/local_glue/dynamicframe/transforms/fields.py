"""Fields by their paths: keep, drop, rename, split off."""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql.types import ArrayType, DataType, NullType, StructType

from local_glue.dynamicframe.paths import column, field_name, parse_path, quote, resolve
from local_glue.dynamicframe.transforms.editing import edit, edited, has_path, select


def drop_fields(df: DataFrame, paths: Sequence[str]) -> DataFrame:
    """Return the rows without the fields at some paths; unknown paths are ignored."""
    for path in paths:
        df = edit(df, parse_path(path), lambda *_: [])
    return df


def select_fields(df: DataFrame, paths: Sequence[str]) -> DataFrame:
    """Return only the fields at some paths, in the order of the paths; a nested field keeps its parents."""
    wanted: dict[str, list[tuple[str, ...]]] = {}
    for path in map(parse_path, paths):
        name = field_name(df.schema, path[0])
        if name is not None and has_path(df.schema, path):
            wanted.setdefault(name, []).append(path[1:])
    return select(
        df, [(name, _only(column(name), df.schema[name].dataType, w)) for name, w in wanted.items()]
    )


def split_fields(df: DataFrame, paths: Sequence[str]) -> list[DataFrame]:
    """Return the fields at some paths, and the rows without them."""
    return [select_fields(df, paths), drop_fields(df, paths)]


def rename_field(df: DataFrame, old: str, new: str) -> DataFrame:
    """Return the rows with one field renamed in its place, or moved where its new path has other parents."""
    source, target = parse_path(old), parse_path(new)
    if not has_path(df.schema, source):
        return df

    if len(source) == len(target) == 1:
        return df.withColumnRenamed(str(field_name(df.schema, source[0])), target[0])

    found = resolve(df.schema, source)
    if source[:-1] == target[:-1] or found is None:  # below an array a field can't move to another parent
        return edit(df, source, lambda _, value, __: [(target[-1], value)])

    fields = dict(edited(df, source, lambda *_: []))
    parent, value = fields.get(target[0]), found[0]
    if parent is not None and len(target) > 1:
        fields[target[0]] = parent.withField(".".join(map(quote, target[1:])), value)
    else:
        for name in reversed(target[1:]):
            value = f.struct(value.alias(name))
        fields[target[0]] = value

    return select(df, fields.items())


def null_paths(kind: DataType, above: str = "") -> list[str]:
    """Return the paths of fields that are null in all rows, at any depth; arrays of only nulls among them."""
    paths: list[str] = []
    for field in kind.fields if isinstance(kind, StructType) else ():
        path = f"{above}.{quote(field.name)}" if above else quote(field.name)
        inner = field.dataType
        while isinstance(inner, ArrayType):
            inner = inner.elementType
        paths += [path] if isinstance(inner, NullType) else null_paths(inner, path)
    return paths


def _only(value: Column, kind: DataType, paths: list[tuple[str, ...]]) -> Column:
    """Return a value with only the fields at some paths below it."""
    if any(not path for path in paths):
        return value

    inner = kind
    if not isinstance(inner, StructType):
        element = inner.elementType  # type: ignore[attr-defined]
        return f.transform(value, lambda one: _only(one, element, paths))

    deeper: dict[str, list[tuple[str, ...]]] = {}
    for path in paths:
        name = field_name(inner, path[0])
        if name is not None:
            deeper.setdefault(name, []).append(path[1:])

    fields = [
        _only(value.getField(name), inner[name].dataType, below).alias(name) for name, below in deeper.items()
    ]
    return f.when(value.isNotNull(), f.struct(*fields))
