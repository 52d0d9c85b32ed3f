"""JSON text as records: one value a line, or a column of text."""

from typing import Any, cast

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t
from pyspark.sql.types import ArrayType, DataType, StructField, StructType

from local_glue.dynamicframe.sources.json_order import in_order
from local_glue.dynamicframe.sources.json_types import refine
from local_glue.dynamicframe.types.choices import alternatives, has_choice, is_choice, with_children
from local_glue.dynamicframe.types.merging import conform

_STRICT = {"allowNonNumericNumbers": "false"}


def infer(texts: DataFrame) -> StructType:
    """Return the schema of a column `value` of JSON objects, with choices where they disagree."""
    jvm: Any = texts.sparkSession.sparkContext._jvm
    strings = getattr(texts.select("value")._jdf, "as")(jvm.org.apache.spark.sql.Encoders.STRING())
    inferred = DataFrame(texts.sparkSession._jsparkSession.read().json(strings), texts.sparkSession)
    return in_order(refine(texts, inferred.schema, infer), texts)


def parse(text: Column, kind: StructType) -> Column:
    """Return JSON text as a value of a schema that may hold choices and nulls."""
    readable = without_null_types(kind)
    if readable != kind:
        return conform(parse(text, readable), readable, kind)
    if not has_choice(kind):
        return f.from_json(text, kind, _STRICT)
    names = sorted(_choice_names(kind) | {"string"})
    variants = {name: _variant(kind, name) for name in names}
    values = {name: f.from_json(text, one, _STRICT) for name, one in variants.items()}  # type: ignore[arg-type]
    return _combined(values, kind)


def without_null_types(kind: StructType) -> StructType:
    """Return a schema that Spark reads: where all values are null it takes text."""
    return cast(StructType, _with_text(kind))


def _with_text(kind: DataType) -> DataType:
    if isinstance(kind, t.NullType):
        return t.StringType()
    if isinstance(kind, StructType):
        return StructType([StructField(x.name, _with_text(x.dataType)) for x in kind.fields])
    return with_children(kind, _with_text)


def _choice_names(kind: DataType) -> set[str]:
    if is_choice(kind):
        inner = [_choice_names(one) for one in alternatives(kind).values()]
        return set(alternatives(kind)).union(*inner)
    if isinstance(kind, StructType):
        return set().union(*[_choice_names(x.dataType) for x in kind.fields])
    return _choice_names(kind.elementType) if isinstance(kind, ArrayType) else set()


def _variant(kind: DataType, name: str) -> DataType:
    """Return the schema in which each choice is read as one of its types, or as text."""
    if is_choice(kind):
        return alternatives(kind).get(name, t.StringType())
    if isinstance(kind, StructType):
        return StructType([StructField(x.name, _variant(x.dataType, name)) for x in kind.fields])
    return with_children(kind, lambda one: _variant(one, name))


def _combined(values: dict[str, Column], kind: DataType) -> Column:
    """Return one value from the readings of it: of a choice, the reading that fits."""
    first = values["string"]
    if is_choice(kind):
        return _chosen(values, alternatives(kind))
    if not has_choice(kind):
        return first
    if isinstance(kind, StructType):
        fields = [
            _combined({n: v.getField(x.name) for n, v in values.items()}, x.dataType).alias(x.name)
            for x in kind.fields
        ]
        return f.when(first.isNotNull(), f.struct(*fields))
    inner = cast(ArrayType, kind).elementType
    return f.transform(first, lambda _, i: _combined({n: f.get(v, i) for n, v in values.items()}, inner))


def _chosen(values: dict[str, Column], kinds: dict[str, DataType]) -> Column:
    text = values["string"]
    whole = next((values[name] for name in ("int", "long") if name in kinds), None)
    found: dict[str, Column] = {}
    for name in kinds:
        if name != "string":
            found[name] = values[name]

    if "double" in found and whole is not None:
        found["double"] = f.when(whole.isNull(), values["double"])
    if "string" in kinds:
        others = [one.isNotNull() for one in found.values()]
        is_other = others[0]
        for one in others[1:]:
            is_other |= one
        found["string"] = f.when(~is_other, text)

    # Nested choices below an alternative keep their marks: the type is the one that was inferred.
    fields = [found[name].cast(kind).alias(f"choice:{name}") for name, kind in sorted(kinds.items())]
    return f.when(text.isNotNull(), f.struct(*fields))
