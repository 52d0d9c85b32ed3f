"""Unbox: text in a field becomes what it describes."""

from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql.types import StringType, StructField, StructType

from local_glue.dynamicframe.frames.call_site import CallSite
from local_glue.dynamicframe.frames.errors import error_column
from local_glue.dynamicframe.paths import parse_path, resolve
from local_glue.dynamicframe.refusals import unsupported
from local_glue.dynamicframe.sources.csv_files import text_options
from local_glue.dynamicframe.sources.json_text import infer, parse
from local_glue.dynamicframe.transforms.editing import edit
from local_glue.dynamicframe.types.given_schema import given_schema


def unbox(
    df: DataFrame, path: str, text_format: str, options: dict[str, Any], site: CallSite
) -> tuple[DataFrame, DataFrame | None]:
    """Return the rows with the text at a path parsed, and the records whose text can't be.

    Raises:
        ValueError: there is no text at the path.
        NotImplementedError: the format is neither json nor csv.
    """
    found = resolve(df.schema, parse_path(path))
    if found is None or not isinstance(found[1], StringType):
        raise ValueError(
            f"Expected a field of type string at {path!r}, found {found and found[1].simpleString()}."
        )

    text = found[0]
    given = given_schema(options)
    if text_format == "csv":
        schema = given or _csv_schema(df, text, options)
        ddl = ", ".join(f"`{x.name}` {x.dataType.simpleString()}" for x in schema.fields)
        parsed = f.from_csv(text, ddl, text_options(options))
        return edit(df, parse_path(path), lambda name, _, __: [(name, parsed)]), None
    if text_format != "json":
        raise unsupported(
            f"unbox of the format {text_format} is not here: json and csv are. Parse the field in a Spark "
            "expression or a Python function of Map."
        )

    texts = df.where(text.isNotNull()).select(text.alias("value"))
    kind = given or infer(texts)
    is_bad = text.isNotNull() & f.from_json(text, "map<string,string>").isNull()
    errors = df.where(is_bad).select(
        error_column(f.lit("error in jackson reader"), text, None, site.site, site.info)
    )
    parsed = parse(text, kind)

    return edit(df.where(~is_bad), parse_path(path), lambda name, _, __: [(name, parsed)]), errors


def _csv_schema(df: DataFrame, text: Column, options: dict[str, Any]) -> StructType:
    """Return as many columns of text as the longest line has: col0, col1, and so on."""
    separator = options.get("separator", ",")
    parts = f.size(f.split(text, "\\Q" + separator + "\\E"))
    number = df.select(f.max(parts)).first()
    return StructType([StructField(f"col{n}", StringType()) for n in range((number and number[0]) or 0)])
