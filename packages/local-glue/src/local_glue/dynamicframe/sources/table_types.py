"""What a table of the Data Catalog says of its files: the format's options, the columns' names and types."""

from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql.types import DataType, NullType, StringType

from local_glue.dynamicframe.catalog import Table
from local_glue.dynamicframe.paths import column
from local_glue.dynamicframe.transforms.editing import Named, select
from local_glue.dynamicframe.types.casts import cast
from local_glue.dynamicframe.types.choices import choice_of
from local_glue.dynamicframe.types.glue_types import parse_type, type_name
from local_glue.dynamicframe.types.merging import conform, merge

_WIDER = {
    "byte": {"short", "int", "long", "double", "decimal", "float"},
    "short": {"int", "long", "double", "decimal", "float"},
    "int": {"byte", "short", "long", "double", "decimal", "float"},
    "long": {"double", "decimal", "float"},
    "double": {"float", "decimal"},
    "string": {"timestamp", "date", "binary", "decimal"},
}


def format_options(table: Table) -> dict[str, Any]:
    """Return a table's SerDe properties as format options."""
    given = table.parameters
    options: dict[str, Any] = {}
    names = {
        "separator": ("field.delim", "separatorChar", "delimiter"),
        "quoteChar": ("quoteChar",),
        "escaper": ("escapeChar", "escape.delim"),
        "rowTag": ("rowTag", "xml.row.tag"),
        "jsonPath": ("jsonPath",),
    }

    for option, keys in names.items():
        value = next((given[key] for key in keys if given.get(key)), None)
        if value is not None:
            options[option] = value

    if given.get("skip.header.line.count", "0") not in ("", "0"):
        options["skipFirst"] = True
    return options


def with_column_types(df: DataFrame, columns: dict[str, str], *, is_text: bool) -> DataFrame:
    """Return rows with the table's types; values that are not of it make the column a choice.

    The columns of text files are named by their position.
    """
    if is_text:
        names = list(columns)
        data = [name for name in df.columns if name.startswith("col") and name[3:].isdigit()]
        renamed = dict(zip(data, names, strict=False))
        df = select(
            df,
            [
                (renamed.get(name, name), column(name))
                for name in df.columns
                if name in renamed or name not in data
            ],
        )
    kinds = {name.lower(): parse_type(kind) for name, kind in columns.items()}
    return _typed_text(df, kinds) if is_text else _typed_values(df, kinds)


def with_partition_types(df: DataFrame, keys: dict[str, str]) -> DataFrame:
    """Return rows whose partition columns, text so far, have the types of the table's partition keys."""
    kinds = {name.lower(): parse_type(kind) or StringType() for name, kind in keys.items()}
    return select(
        df, [(n, column(n).cast(kinds[n.lower()]) if n.lower() in kinds else column(n)) for n in df.columns]
    )


def with_partition_values(df: DataFrame, values: dict[str, str]) -> DataFrame:
    """Return rows with the values of the partition that they are in."""
    return select(
        df, [*[(name, column(name)) for name in df.columns], *[(n, f.lit(v)) for n, v in values.items()]]
    )


def _typed_text(df: DataFrame, kinds: dict[str, DataType | None]) -> DataFrame:
    """Return text parsed; where some of it is not of the type, a choice of the type and text."""
    parsed = {n: kind for n in df.columns if (kind := kinds.get(n.lower())) not in (None, StringType())}
    if not parsed:
        return df
    tests = [f.max(_is_other(column(n), kind)).alias(f"t{i}") for i, (n, kind) in enumerate(parsed.items())]
    row = df.select(*tests).first()
    odd = {name for name, is_odd in zip(parsed, row or [], strict=False) if is_odd}
    return select(df, [
        (n, _parsed(column(n), parsed[n], is_choice=n in odd) if n in parsed else column(n))
        for n in df.columns
    ])  # fmt: skip


def _is_other(text: Column, kind: DataType) -> Column:
    return (f.length(f.trim(text)) > 0) & cast(text, StringType(), kind).isNull()


def _parsed(text: Column, kind: DataType, *, is_choice: bool) -> Column:
    value = cast(text, StringType(), kind)
    if not is_choice:
        return value
    target = choice_of({type_name(kind): kind, "string": StringType()})
    is_text = _is_other(text, kind)
    fields = {type_name(kind): value, "string": f.when(is_text, text)}
    named = [fields[name.removeprefix("choice:")].alias(name) for name in target.names]
    return f.when(value.isNotNull() | is_text, f.struct(*named))


def _typed_values(df: DataFrame, kinds: dict[str, DataType | None]) -> DataFrame:
    """Return values that a wider type of the table holds in that type; others beside it, as a choice."""
    fields: list[Named] = []
    for x in df.schema.fields:
        target = kinds.get(x.name.lower())
        fields.append(
            (x.name, column(x.name) if target is None else _aligned(column(x.name), x.dataType, target))
        )
    return select(df, fields)


def _aligned(value: Column, kind: DataType, target: DataType) -> Column:
    own, wanted = type_name(kind), type_name(target)
    if isinstance(kind, NullType) or wanted in _WIDER.get(own, ()):
        return cast(value, kind, target)
    if own == wanted or isinstance(target, StringType):
        return value
    return conform(value, kind, merge(kind, target))
