"""Records as Python functions see them - dicts - and the way back to rows, for `map` and `filter`."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any, cast

from pyspark import StorageLevel
from pyspark.cloudpickle.cloudpickle import register_pickle_by_value
from pyspark.rdd import RDD
from pyspark.serializers import AutoBatchedSerializer, CPickleSerializer
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as f
from pyspark.sql import types as t

import local_glue.dynamicframe
from local_glue.dynamicframe.frames.errors import error_column
from local_glue.dynamicframe.types.choices import alternatives, is_choice
from local_glue.dynamicframe.types.glue_types import type_name
from local_glue.dynamicframe.types.merging import merge

_MARK = "choice:"
_INT = 2**31
# Workers of a cluster don't have this package: functions of it travel with what is in them.
register_pickle_by_value(local_glue.dynamicframe)  # type: ignore[no-untyped-call]


def to_records(df: DataFrame) -> RDD[dict[str, Any]]:
    """Return each row as the dict that AWS's `map` and `filter` take."""
    return df.rdd.map(_to_record)


def from_records(
    spark: SparkSession, jrdd: Any, schema: t.StructType, *, keeps_schema: bool, site: str, info: str
) -> tuple[DataFrame, DataFrame]:
    """Return the good records as rows, and the error records; a changed schema is read from all of them."""
    context = spark.sparkContext
    pickled: Any = AutoBatchedSerializer(CPickleSerializer())  # type: ignore[no-untyped-call]
    records: RDD[dict[str, Any]] = RDD(jrdd, context, pickled)
    if not keeps_schema:
        records.persist(StorageLevel.MEMORY_AND_DISK)  # the function of the script runs once

    good = records.filter(lambda one: not one["isError"]).map(lambda one: one["record"])
    kind = schema if keeps_schema else _schema_of(good, schema)
    rows = good.map(lambda record: to_value(record, kind))
    failed = records.filter(lambda one: one["isError"]).map(
        lambda one: (one["errorMessage"], json.dumps(one["record"], default=str))
    )
    errors = spark.createDataFrame(failed, "msg string, record string").select(
        error_column(f.col("msg"), f.lit(""), f.col("record"), site, info)
    )

    return spark.createDataFrame(rows, kind, verifySchema=False), errors


def to_plain(value: Any) -> Any:
    """Return a value of a row as a script has it: structs are dicts, a choice is the value that is set."""
    if isinstance(value, Row):
        fields = value.asDict()
        if fields and all(name.startswith(_MARK) for name in fields):
            return next((to_plain(one) for one in fields.values() if one is not None), None)
        return {name: to_plain(one) for name, one in fields.items()}
    if isinstance(value, dict):
        return {name: to_plain(one) for name, one in value.items()}
    return [to_plain(one) for one in value] if isinstance(value, list) else value


def to_value(value: Any, kind: t.DataType) -> Any:
    """Return a plain value as Spark takes it for a type."""
    if value is None:
        return None
    if is_choice(kind):
        own = type_name(infer(value))
        names = list(alternatives(kind))
        chosen = own if own in names else _closest(own, names)
        return tuple(to_value(value, alternatives(kind)[n]) if n == chosen else None for n in names)
    if isinstance(kind, t.StructType):
        return tuple(to_value(value.get(x.name), x.dataType) for x in kind.fields)
    if isinstance(kind, t.ArrayType):
        return [to_value(one, kind.elementType) for one in value]
    if isinstance(kind, t.MapType):
        return {name: to_value(one, kind.valueType) for name, one in value.items()}
    return float(value) if isinstance(kind, (t.DoubleType, t.FloatType)) else value


def infer(value: Any) -> t.DataType:
    """Return the type of one plain value."""
    if isinstance(value, dict):
        return t.StructType([t.StructField(name, infer(one)) for name, one in value.items()])
    if isinstance(value, (list, tuple, set)):
        return t.ArrayType(reduce(merge, map(infer, value), cast(t.DataType, t.NullType())))
    if isinstance(value, int) and not isinstance(value, bool):
        return t.IntegerType() if -_INT <= value < _INT else t.LongType()
    if isinstance(value, Decimal):
        _, digits, exponent = value.as_tuple()
        scale = max(0, -int(exponent))
        return t.DecimalType(min(38, max(len(digits), scale + 1)), scale)

    kinds: tuple[tuple[type, t.DataType], ...] = (
        (bool, t.BooleanType()),
        (float, t.DoubleType()),
        (bytes, t.BinaryType()),
        (bytearray, t.BinaryType()),
        (datetime, t.TimestampType()),
        (date, t.DateType()),
        (str, t.StringType()),
    )
    return next((kind for python, kind in kinds if isinstance(value, python)), t.NullType())


def infer_all(values: Iterable[Any]) -> t.DataType:
    """Return the type that holds all values."""
    return reduce(merge, map(infer, values), cast(t.DataType, t.NullType()))


def schema_of(records: RDD[dict[str, Any]]) -> t.StructType:
    """Return the schema of all records, read in one pass."""

    def of_partition(some: Iterable[dict[str, Any]]) -> Iterable[t.DataType]:
        yield infer_all(some)

    kind = records.mapPartitions(of_partition).fold(t.NullType(), merge)
    return kind if isinstance(kind, t.StructType) else t.StructType([])


def _to_record(row: Row) -> dict[str, Any]:
    return {"record": to_plain(row), "isError": False, "errorMessage": ""}


def _schema_of(records: RDD[dict[str, Any]], before: t.StructType) -> t.StructType:
    """Return the schema of changed records; a field that kept its values keeps its type."""
    return cast(t.StructType, _settle(schema_of(records), before))


def _settle(kind: t.DataType, before: t.DataType) -> t.DataType:
    if isinstance(kind, t.StructType) and isinstance(before, t.StructType) and not is_choice(kind):
        old = {x.name: x.dataType for x in before.fields}
        settled = [
            (x.name, _settle(x.dataType, old[x.name]) if x.name in old else x.dataType) for x in kind.fields
        ]
        return t.StructType([t.StructField(name, one) for name, one in settled])
    if isinstance(kind, t.StructType) and isinstance(before, t.MapType):
        return (
            before
            if all(_settle(x.dataType, before.valueType) == before.valueType for x in kind.fields)
            else kind
        )
    if isinstance(kind, t.ArrayType) and isinstance(before, t.ArrayType):
        return t.ArrayType(_settle(kind.elementType, before.elementType))

    narrower: dict[type[t.DataType], tuple[type[t.DataType], ...]] = {
        t.LongType: (t.IntegerType,),
        t.ShortType: (t.IntegerType,),
        t.ByteType: (t.IntegerType,),
        t.FloatType: (t.DoubleType,),
        t.DecimalType: (t.DecimalType,),
    }
    is_same = isinstance(kind, (t.NullType, *narrower.get(type(before), ())))
    return before if is_same else kind


def _closest(own: str, names: list[str]) -> str | None:
    """Return which number of a choice holds a number whose own type it does not have."""
    wider = {"int": ("long", "double", "decimal"), "long": ("double", "decimal"), "float": ("double",)}
    return next((name for name in wider.get(own, ()) if name in names), None)
