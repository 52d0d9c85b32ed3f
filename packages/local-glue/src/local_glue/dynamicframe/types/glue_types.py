"""Glue's names of types, and the Spark types behind them."""

import re

from pyspark.sql import types as t
from pyspark.sql.types import DataType, _parse_datatype_string

_NAMES: dict[type[DataType], str] = {
    t.BinaryType: "binary",
    t.BooleanType: "boolean",
    t.ByteType: "byte",
    t.DateType: "date",
    t.DecimalType: "decimal",
    t.DoubleType: "double",
    t.FloatType: "float",
    t.IntegerType: "int",
    t.LongType: "long",
    t.NullType: "null",
    t.ShortType: "short",
    t.StringType: "string",
    t.TimestampType: "timestamp",
    t.TimestampNTZType: "timestampntz",
    t.ArrayType: "array",
    t.MapType: "map",
    t.StructType: "struct",
}
_TYPES: dict[str, DataType] = {
    name: kind() for kind, name in _NAMES.items() if name not in ("array", "map", "struct")
}
_SYNONYMS: dict[str, DataType] = {
    "integer": t.IntegerType(),
    "bigint": t.LongType(),
    "smallint": t.ShortType(),
    "tinyint": t.ByteType(),
    "bool": t.BooleanType(),
    "char": t.StringType(),
    "varchar": t.StringType(),
    "str": t.StringType(),
    "real": t.FloatType(),
    "decimal": t.DecimalType(10, 2),  # gluetypes.DecimalType's own precision and scale
}
NESTED = ("array", "map", "struct")


def type_name(kind: DataType) -> str:
    """Return Glue's name of a Spark type."""
    return _NAMES.get(type(kind), kind.simpleString())


def parse_type(text: str) -> DataType | None:
    """Return the Spark type of a name in a mapping, a spec or a table; None for a bare name of `NESTED`.

    Raises:
        ValueError: no type has that name.
    """
    name = text.strip()
    if name.lower() in NESTED:
        return None
    short = re.sub(r"^(var)?char\(\d+\)$", "string", name.lower())
    kind = _SYNONYMS.get(short) or _TYPES.get(short)
    if kind is not None:
        return kind
    try:
        return _parse_datatype_string(_quoted(name))
    except Exception as error:
        raise ValueError(
            f"Expected a type such as string, int, long, double, decimal(10,2), date, timestamp or "
            f"array<string>, found {text!r}."
        ) from error


def _quoted(name: str) -> str:
    """Quote the field names of a Hive type: a table's struct may have names that Spark's grammar refuses."""
    return re.sub(r"([<,])\s*([^<>,:`]+?)\s*:", r"\1`\2`:", name)
