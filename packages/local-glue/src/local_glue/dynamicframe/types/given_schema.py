"""`withSchema`: the schema that a script gives, as `jsonValue()` of AWS's types or of Spark's has it."""

import json
from typing import Any

from pyspark.sql import types as t
from pyspark.sql.types import DataType, StructField, StructType

from local_glue.dynamicframe.types.glue_types import parse_type


def given_schema(options: dict[str, Any]) -> StructType | None:
    """Return the schema in the option `withSchema`; None without one.

    Raises:
        ValueError: it is none of a record.
    """
    text = options.get("withSchema")
    if not text:
        return None
    try:
        value = json.loads(text) if isinstance(text, str) else text
        kind = StructType.fromJson(value) if "type" in value else _spark_type(value)
    except (KeyError, TypeError, ValueError) as error:
        raise _wrong(text) from error
    if not isinstance(kind, StructType):
        raise _wrong(text)
    return kind


def _spark_type(value: dict[str, Any]) -> DataType:
    """Return the Spark type of the JSON of one of `awsglue.gluetypes`."""
    name = value["dataType"]
    if name == "struct":
        fields = [StructField(x["name"], _spark_type(x["container"])) for x in value["fields"]]
        return StructType(fields)
    if name in ("array", "set"):
        return t.ArrayType(_spark_type(value["elementType"]))
    if name == "map":
        return t.MapType(t.StringType(), _spark_type(value["valueType"]))
    if name == "decimal":
        return t.DecimalType(value.get("precision", 10), value.get("scale", 2))
    if name == "choice":
        return t.StringType()  # text holds whatever is there
    return parse_type(name) or t.StringType()


def _wrong(text: object) -> ValueError:
    return ValueError(
        "Expected the schema of a record in withSchema, as json.dumps(StructType([...]).jsonValue()) "
        f"gives it, found {text!r}."
    )
