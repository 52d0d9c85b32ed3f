"""Reads a DynamoDB target: its table, and the attributes of its items."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from local_glue.api.glue_api_model import Json
from local_glue.crawlers.formats import types
from local_glue.crawlers.formats.schema import Schema
from local_glue.crawlers.targets.listing import Folder
from local_glue.crawlers.writing import Found

_KINDS = {"S": "string", "BOOL": "boolean", "B": "binary", "NULL": types.NULL}
_SETS = {"SS": "S", "NS": "N", "BS": "B"}


@dataclass
class DynamoDBTable(Folder):
    """A DynamoDB table where a folder is expected: its location is its ARN."""

    arn: str = ""

    @property
    def url(self) -> str:
        """The table's location in the catalog."""
        return self.arn


def read_table(dynamodb: Any, target: Json, check: Callable[[], None]) -> Found:
    """Return the table of a target: of all items, or, without `scanAll`, of the first page of a scan."""
    table = dynamodb.describe_table(TableName=target["Path"])["Table"]
    columns: dict[str, str] = {}

    for item in _items(dynamodb, target, check):
        for name, value in item.items():
            key = name.lower()
            columns[key] = types.wider(columns.get(key, types.NULL), _type_of(value))

    keys = {key["KeyType"]: key["AttributeName"] for key in table["KeySchema"]}
    details = {"typeOfData": "table", "hashKey": keys["HASH"], "sizeKey": str(table["TableSizeBytes"])}
    if "RANGE" in keys:
        details["rangeKey"] = keys["RANGE"]

    schema = Schema(
        "dynamodb",
        columns,
        records=table["ItemCount"],
        record_bytes=table["TableSizeBytes"],
        details=details,
    )
    return Found(DynamoDBTable("", table["TableName"], arn=table["TableArn"]), schema, target)


def _items(dynamodb: Any, target: Json, check: Callable[[], None]) -> Iterator[Json]:
    for page in dynamodb.get_paginator("scan").paginate(TableName=target["Path"]):
        check()
        yield from page["Items"]
        if target.get("scanAll") is False:
            return


def _type_of(value: Json) -> str:
    """Return the Hive type of an attribute value, as in `{"N": "1"}`."""
    (kind, found), *_ = value.items()
    if kind == "N":
        return types.from_text([found])
    if kind in _SETS:
        return f"array<{_joined({_SETS[kind]: one} for one in found)}>"
    if kind == "L":
        return f"array<{_joined(found)}>"
    if kind == "M":
        return "struct<" + ",".join(f"{name}:{_type_of(one)}" for name, one in found.items()) + ">"
    return _KINDS[kind]


def _joined(values: Any) -> str:
    joined = types.NULL
    for value in values:
        joined = types.wider(joined, _type_of(value))
    return joined
