"""CSV as Glue reads it: every column is text, nothing is inferred."""

from functools import reduce
from typing import Any

from pyspark.sql import DataFrame, DataFrameReader
from pyspark.sql import functions as f
from pyspark.sql.types import StringType, StructField, StructType

from local_glue.dynamicframe.options import is_true
from local_glue.dynamicframe.paths import column
from local_glue.dynamicframe.sources.first_lines import by_first_line
from local_glue.dynamicframe.transforms.editing import select
from local_glue.dynamicframe.transforms.joining import union

_NO_QUOTES = "\u0000"
_MOST_CHARACTERS = "-1"


def text_options(options: dict[str, Any]) -> dict[str, str]:
    """Return Spark's options for Glue's: separator, quoteChar (-1 is none), escaper (none is RFC 4180's)."""
    quote = str(options.get("quoteChar", '"'))
    quote = _NO_QUOTES if quote == "-1" else quote
    return {
        "sep": str(options.get("separator", options.get("delimiter", ","))),
        "quote": quote,
        "escape": str(options.get("escaper") or options.get("escapeChar") or quote),
        "maxCharsPerColumn": _MOST_CHARACTERS,
    }


def read_csv(reader: DataFrameReader, paths: list[str], options: dict[str, Any]) -> DataFrame:
    """Return the lines as text columns: with the header's names, else col0, col1, and so on."""
    has_header = is_true(options.get("withHeader"))
    skips = has_header or is_true(options.get("skipFirst"))
    multi_line = is_true(options.get("multiLine", options.get("multiline")))
    reader = reader.options(**text_options(options), multiLine=multi_line, inferSchema=False)
    if has_header:
        groups = by_first_line(paths)
        return reduce(union, [_empty_as_text(reader.option("header", True).csv(some)) for some in groups])
    width = len(reader.csv(paths[:1]).columns)
    names = StructType([StructField(f"col{n}", StringType()) for n in range(width)])
    return _empty_as_text(
        reader.schema(names).option("header", skips).option("enforceSchema", True).csv(paths)
    )


def _empty_as_text(df: DataFrame) -> DataFrame:
    """Return the rows with empty fields as empty text, as Glue's reader has them; Spark makes them null."""
    return select(df, [
        (x.name, f.coalesce(column(x.name), f.lit("")) if x.dataType == StringType() else column(x.name))
        for x in df.schema.fields
    ])  # fmt: skip
