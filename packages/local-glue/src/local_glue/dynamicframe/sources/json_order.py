"""The order of fields in JSON: as the first records have them. Spark's inference sorts them by name."""

import json
from typing import Any, cast

from pyspark.sql import DataFrame
from pyspark.sql.types import ArrayType, DataType, StructType

from local_glue.dynamicframe.types.choices import is_choice, with_children

_RECORDS = 100


def in_order(kind: StructType, texts: DataFrame) -> StructType:
    """Return a schema with its fields in the order of the first records; what they lack follows by name."""
    order: dict[str, Any] = {}
    for row in texts.take(_RECORDS):
        try:
            _record(json.loads(row["value"] or "null"), order)
        except (ValueError, RecursionError):
            continue
    return cast(StructType, _ordered(kind, order))


def _record(value: Any, order: dict[str, Any]) -> None:
    """Add the fields of a value to a tree of names, in the order in which they came."""
    if isinstance(value, list):
        for one in value:
            _record(one, order)
    elif isinstance(value, dict):
        for name, one in value.items():
            _record(one, order.setdefault(name, {}))


def _ordered(kind: DataType, order: dict[str, Any]) -> DataType:
    if isinstance(kind, StructType):
        place = {name: number for number, name in enumerate(order)}
        fields = (
            kind.fields
            if is_choice(kind)
            else sorted(kind.fields, key=lambda x: place.get(x.name, len(place)))
        )
        for x in fields:
            x.dataType = _ordered(x.dataType, order if is_choice(kind) else order.get(x.name, {}))
        return StructType(fields)
    if isinstance(kind, ArrayType):
        return ArrayType(_ordered(kind.elementType, order))
    return with_children(kind, lambda one: _ordered(one, order))
