"""The types of JSON values, choices among them: Spark's own inference calls what disagrees a string.

Spark infers first. Then one pass parses the text again with other types in the places where numbers or text
were found: a value that is there as a whole number but not as text, or the other way round, gives it away.
Only where that happens a further pass counts the kinds of values.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t
from pyspark.sql.types import ArrayType, DataType, StructField, StructType

from local_glue.dynamicframe.types.choices import choice_of

_ELEMENT = None  # the step from an array to its elements
Steps = tuple[str | None, ...]
_PROBES: dict[str, DataType] = {
    "long": t.LongType(),
    "double": t.DoubleType(),
    "boolean": t.BooleanType(),
    "struct": t.MapType(t.StringType(), t.StringType()),
    "array": ArrayType(t.StringType()),
}
_INT = 2**31
_TEXTS = ("long", "double", "boolean")
_STRICT = {"allowNonNumericNumbers": "false"}  # "NaN" in quotes is text


@dataclass(frozen=True)
class _Leaf:
    steps: Steps
    kind: DataType


def refine(texts: DataFrame, schema: StructType, infer: Callable[[DataFrame], StructType]) -> StructType:
    """Return what Spark inferred, with whole numbers that fit as `int`, and choices where values disagree."""
    leaves = list(_leaves(schema))
    if not leaves:
        return schema

    loose = _replaced(schema, {leaf.steps: _loosened(leaf.kind) for leaf in leaves})
    parsed = texts.select(_parsed(schema).alias("own"), _parsed(loose).alias("loose"))
    values = {"own": f.col("own"), "loose": f.col("loose")}
    tests = [_is_suspicious(leaf.kind) for leaf in leaves]
    known = [_any(values, leaf.steps, lambda one: one["own"].isNotNull()) for leaf in leaves]
    answers = _first_row(
        parsed, [_any(values, leaf.steps, test) for leaf, test in zip(leaves, tests, strict=True)] + known
    )
    flags, has_values = answers[: len(leaves)], answers[len(leaves) :]
    odd = [leaf for leaf, is_odd in zip(leaves, flags, strict=True) if is_odd]
    changes: dict[Steps, DataType] = {
        leaf.steps: t.IntegerType() for leaf in leaves if leaf.kind == t.LongType()
    }
    changes.update({leaf.steps: t.LongType() for leaf in odd if leaf.kind == t.LongType()})
    # Spark calls text what is null in each record; to Glue it is null.
    nulls = [leaf for leaf, is_known in zip(leaves, has_values, strict=True) if not is_known]
    changes.update({leaf.steps: t.NullType() for leaf in nulls if leaf.kind == t.StringType()})
    mixed = [leaf for leaf in odd if leaf.kind != t.LongType()]
    changes.update(_mixed_kinds(texts, schema, mixed, infer))

    return cast(StructType, _replaced(schema, changes))


def _is_suspicious(kind: DataType) -> Callable[[dict[str, Column]], Column]:
    def long(values: dict[str, Column]) -> Column:
        return (values["own"] >= f.lit(_INT)) | (values["own"] < f.lit(-_INT))

    def other(values: dict[str, Column]) -> Column:
        found = values["loose"].isNotNull()
        if isinstance(kind, t.StringType):
            found |= values["own"].rlike(r"^\s*(true|false|[\[{].*)\s*$")
        return found

    return long if isinstance(kind, t.LongType) else other


def _loosened(kind: DataType) -> DataType:
    """Return the type that a value must not fit when all values are of the inferred one."""
    return {t.StringType(): t.DoubleType(), t.DoubleType(): t.LongType()}.get(kind, kind)  # type: ignore[call-overload, no-any-return]


def _mixed_kinds(
    texts: DataFrame, schema: StructType, leaves: Sequence[_Leaf], infer: Callable[[DataFrame], StructType]
) -> dict[Steps, DataType]:
    if not leaves:
        return {}

    variants = {
        name: _replaced(schema, {leaf.steps: kind for leaf in leaves}) for name, kind in _PROBES.items()
    }
    text = _replaced(schema, {leaf.steps: t.StringType() for leaf in leaves})
    parsed = texts.select(
        *[_parsed(kind).alias(name) for name, kind in variants.items()], _parsed(text).alias("string")
    )
    values = {name: f.col(name) for name in ("string", *variants)}
    questions = [_any(values, leaf.steps, kind) for leaf in leaves for kind in _KINDS.values()]
    answers = iter(_first_row(parsed, questions))
    result: dict[Steps, DataType] = {}
    for leaf in leaves:
        found = {name for name in _KINDS if next(answers)}
        result[leaf.steps] = _choice(found, lambda name, leaf=leaf: _inner(parsed, leaf.steps, name, infer))  # type: ignore[misc]

    return result


_KINDS: dict[str, Callable[[dict[str, Column]], Column]] = {
    "int": lambda v: v["long"].isNotNull() & v["long"].between(-_INT, _INT - 1),
    "long": lambda v: v["long"].isNotNull() & ~v["long"].between(-_INT, _INT - 1),
    "double": lambda v: v["double"].isNotNull() & v["long"].isNull(),
    "boolean": lambda v: v["boolean"].isNotNull(),
    "struct": lambda v: v["struct"].isNotNull(),
    "array": lambda v: v["array"].isNotNull(),
    "string": lambda v: (
        v["string"].isNotNull() & f.coalesce(*[v[name].cast("string") for name in _TEXTS]).isNull()
    ),
}


def _choice(found: set[str], inner: Callable[[str], DataType]) -> DataType:
    if "long" in found:
        found -= {"int"}
    simple = {
        "int": t.IntegerType(),
        "long": t.LongType(),
        "double": t.DoubleType(),
        "boolean": t.BooleanType(),
        "string": t.StringType(),
    }
    kinds = {name: simple[name] if name in simple else inner(name) for name in found}
    if len(kinds) == 1:
        return next(iter(kinds.values()))
    return choice_of(kinds) if kinds else t.StringType()


def _inner(parsed: DataFrame, steps: Steps, name: str, infer: Callable[[DataFrame], StructType]) -> DataType:
    """Return the type of the objects or arrays among the values of a leaf, from their text."""
    rows = parsed.select(f.col("string").alias("text"), f.col(name).alias("probe"))
    for step in steps:
        if step is _ELEMENT:
            rows = rows.select(f.explode(f.arrays_zip("text", "probe")).alias("one")).select("one.*")
        else:
            rows = rows.select(
                f.col("text").getField(step).alias("text"), f.col("probe").getField(step).alias("probe")
            )
    texts = rows.where(f.col("probe").isNotNull()).select(f.col("text").alias("value"))
    if name == "struct":
        return infer(texts)
    wrapped = texts.select(f.concat(f.lit('{"value":'), "value", f.lit("}")).alias("value"))
    return infer(wrapped)["value"].dataType


def _leaves(kind: DataType, steps: Steps = ()) -> Sequence[_Leaf]:
    if isinstance(kind, StructType):
        return [leaf for x in kind.fields for leaf in _leaves(x.dataType, (*steps, x.name))]
    if isinstance(kind, ArrayType):
        return _leaves(kind.elementType, (*steps, _ELEMENT))
    return [_Leaf(steps, kind)] if kind in (t.StringType(), t.LongType(), t.DoubleType()) else []


def _replaced(kind: DataType, changes: dict[Steps, DataType], steps: Steps = ()) -> DataType:
    if steps in changes:
        return changes[steps]
    if isinstance(kind, StructType):
        return StructType(
            [StructField(x.name, _replaced(x.dataType, changes, (*steps, x.name))) for x in kind.fields]
        )
    if isinstance(kind, ArrayType):
        return ArrayType(_replaced(kind.elementType, changes, (*steps, _ELEMENT)))
    return kind


def _any(values: dict[str, Column], steps: Steps, test: Callable[[dict[str, Column]], Column]) -> Column:
    """Return whether a test holds for any value at some steps of one row."""
    if not steps:
        return f.coalesce(test(values), f.lit(False))
    if steps[0] is _ELEMENT:
        first = next(iter(values.values()))
        inner = f.transform(
            first, lambda _, i: _any({n: f.get(v, i) for n, v in values.items()}, steps[1:], test)
        )
        return f.coalesce(f.array_contains(inner, True), f.lit(False))
    return _any({name: value.getField(steps[0]) for name, value in values.items()}, steps[1:], test)


def _parsed(schema: DataType) -> Column:
    return f.from_json(f.col("value"), schema, _STRICT)  # type: ignore[arg-type]


def _first_row(df: DataFrame, tests: Sequence[Column]) -> list[bool]:
    """Return whether each test holds for any row."""
    row = df.select(*[f.max(test).alias(f"t{n}") for n, test in enumerate(tests)]).first()
    return [bool(one) for one in row] if row else []
