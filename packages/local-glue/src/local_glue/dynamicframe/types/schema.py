"""A frame's schema as AWS's library prints it and hands it to Python."""

import json
from typing import Any, cast

from pyspark.sql.types import ArrayType, DataType, DecimalType, MapType, StructType

from local_glue.dynamicframe.types.choices import alternatives, is_choice
from local_glue.dynamicframe.types.glue_types import type_name

_INDENT = "|    "


class GlueSchema:
    """What `_jdf.schema()` gives."""

    def __init__(self, kind: StructType) -> None:
        self._kind = kind

    def toString(self) -> str:  # noqa: N802 - AWS's name
        """Return the schema as JSON that `awsglue.gluetypes` reads."""
        return json.dumps(_json(self._kind))

    def treeString(self) -> str:  # noqa: N802 - AWS's name
        """Return the lines that `printSchema` prints."""
        return "\n".join(["root", *_struct_lines(self._kind, ""), ""])


def _struct_lines(kind: StructType, indent: str) -> list[str]:
    return [line for field in kind.fields for line in _lines(f"{field.name}: ", field.dataType, indent)]


def _lines(label: str, kind: DataType, indent: str) -> list[str]:
    deeper = indent + _INDENT
    if is_choice(kind):
        inner = [line for one in alternatives(kind).values() for line in _lines("", one, deeper)]
        return [f"{indent}|-- {label}choice", *inner]

    head = f"{indent}|-- {label}{type_name(kind)}"
    if isinstance(kind, StructType):
        return [head, *_struct_lines(kind, deeper)]
    if isinstance(kind, ArrayType):
        return [head, *_lines("element: ", kind.elementType, deeper)]
    if isinstance(kind, MapType):
        return [
            head,
            *_lines("keyType: ", kind.keyType, deeper),
            *_lines("valueType: ", kind.valueType, deeper),
        ]

    return [head]


def _json(kind: DataType) -> dict[str, Any]:
    own = {"dataType": type_name(kind), "properties": {}}
    if is_choice(kind):
        return {**own, "dataType": "choice", "choices": [_json(one) for one in alternatives(kind).values()]}
    if isinstance(kind, StructType):
        fields = [{"name": f.name, "container": _json(f.dataType), "properties": {}} for f in kind.fields]
        return {**own, "fields": fields}
    if isinstance(kind, ArrayType):
        return {**own, "elementType": _json(kind.elementType)}
    if isinstance(kind, MapType):
        return {**own, "valueType": _json(kind.valueType)}
    if isinstance(kind, DecimalType):
        return {**own, "precision": kind.precision, "scale": kind.scale}
    return cast(dict[str, Any], own)
