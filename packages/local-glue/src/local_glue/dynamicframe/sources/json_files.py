"""JSON files as records: one value a line, or with multiLine or jsonPath the values inside a whole file."""

import json
from collections.abc import Iterable
from typing import Any

from pyspark.sql import DataFrame, DataFrameReader, Row
from pyspark.sql import functions as f
from pyspark.sql.types import BooleanType, StructField, StructType

from local_glue.dynamicframe.frames.call_site import CallSite
from local_glue.dynamicframe.frames.errors import error_column
from local_glue.dynamicframe.options import is_true
from local_glue.dynamicframe.paths import column
from local_glue.dynamicframe.sources.json_order import in_order
from local_glue.dynamicframe.sources.json_text import infer, parse, without_null_types
from local_glue.dynamicframe.sources.json_types import refine
from local_glue.dynamicframe.transforms.editing import select
from local_glue.dynamicframe.types.choices import has_choice
from local_glue.dynamicframe.types.merging import conform

_CORRUPT = "_corrupt_record"
_MESSAGE = "error in jackson reader"


def read_json(
    reader: DataFrameReader, paths: list[str], options: dict[str, Any], site: CallSite
) -> tuple[DataFrame, DataFrame | None]:
    """Return the records, with choices where they disagree, and the lines that are no JSON objects."""
    whole = is_true(options.get("multiLine", options.get("multiline")))
    json_path = options.get("jsonPath")
    texts = reader.text(paths, wholetext=whole)
    others = [name for name in texts.columns if name != "value"]

    if not whole and not json_path:
        inferred = reader.json(paths).drop(*others)
        if _CORRUPT not in inferred.columns:
            kind = in_order(refine(_exploded(texts, others), inferred.schema, infer), texts)
            if not has_choice(kind):
                readable = without_null_types(kind)
                df = reader.schema(readable).json(paths)
                return df if readable == kind else _with_nulls(df, kind), None
    if json_path:
        texts = texts.withColumn("value", f.get_json_object("value", json_path.removesuffix("[*]")))

    lines = _checked(_exploded(texts, others), others)
    good, bad = lines.where(~f.col("is_bad")), lines.where("is_bad")
    kind = infer(good)
    parsed = good.select(parse(f.col("value"), kind).alias("parsed"), *map(column, others))
    records = parsed.select("parsed.*", *map(column, others))
    errors = bad.select(error_column(f.lit(_MESSAGE), f.col("value"), None, site.site, site.info))

    return records, errors


def _with_nulls(df: DataFrame, kind: StructType) -> DataFrame:
    """Return the rows with what is null in all of them as such."""
    known = {x.name: x.dataType for x in kind.fields}
    fields = [(x.name, x.dataType, known.get(x.name, x.dataType)) for x in df.schema.fields]
    return select(df, [(name, conform(column(name), own, wanted)) for name, own, wanted in fields])


def _exploded(texts: DataFrame, others: list[str]) -> DataFrame:
    """Return the objects in arrays as texts of their own."""
    is_array = f.col("value").rlike(r"^\s*\[")
    elements = f.when(is_array, f.from_json("value", "array<string>"))
    values = f.coalesce(elements, f.array("value"))
    return texts.select(f.explode(values).alias("value"), *map(column, others))


def _checked(texts: DataFrame, others: list[str]) -> DataFrame:
    """Return texts with a mark on those that are no JSON object; blank lines are left out.

    Glue's parser reads on behind a record that is cut off, so the line after it is part of the error.
    """

    def check(rows: Iterable[Row]) -> Iterable[tuple[Any, ...]]:
        cut_off: tuple[str, tuple[Any, ...]] | None = None
        for row in rows:
            text, rest = row["value"], tuple(row[name] for name in others)
            if not text or not text.strip():
                continue
            if cut_off:
                yield (f"{cut_off[0]}\n{text}", *cut_off[1], True)
                cut_off = None
                continue

            try:
                is_bad = not isinstance(json.loads(text), dict)
            except (ValueError, RecursionError) as error:  # also for too long a number, and too many levels
                is_bad = True
                if isinstance(error, json.JSONDecodeError) and error.pos >= len(text.rstrip()):
                    cut_off = (text, rest)
                    continue

            yield (text, *rest, is_bad)

        if cut_off:
            yield (cut_off[0], *cut_off[1], True)

    schema = StructType([*texts.schema.fields, StructField("is_bad", BooleanType())])
    return texts.sparkSession.createDataFrame(texts.rdd.mapPartitions(check), schema, verifySchema=False)
