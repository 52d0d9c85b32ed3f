"""The source of a DynamoDB table: its items, plain or as DynamoDB's own JSON."""
# ruff: noqa: N802 - AWS's names

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import boto3
from boto3.dynamodb.types import Binary, TypeDeserializer
from pyspark import StorageLevel
from pyspark.sql import DataFrame

from local_glue.dynamicframe.frames.frame import Frame
from local_glue.dynamicframe.frames.records import schema_of, to_value
from local_glue.dynamicframe.options import is_true
from local_glue.dynamicframe.transforms.nesting import simplify_ddb_json, unnest_ddb_json

if TYPE_CHECKING:
    from local_glue.dynamicframe.gluecontext import ScalaGlueContext


class DynamoDbSource:
    """The items of one table, scanned in as many segments as `dynamodb.splits` says."""

    def __init__(self, context: "ScalaGlueContext", options: dict[str, Any]) -> None:
        self._context = context
        self._options = options

    def setFormat(self, _name: str, _options: dict[str, Any]) -> None:
        """Accept a format: a table has none."""

    def getDynamicFrame(self, *_numbers: int) -> Frame:
        """Return the items; with `dynamodb.export` each is a struct `Item` of DynamoDB's JSON.

        Raises:
            ValueError: the options name no table, or ask for both forms of DynamoDB's JSON.
        """
        simplifies, unnests = (
            is_true(self._options.get(f"dynamodb.{name}", self._options.get(name)))
            for name in ("simplifyDDBJson", "unnestDDBJson")
        )
        if simplifies and unnests:
            raise ValueError(
                "Expected one of dynamodb.simplifyDDBJson and dynamodb.unnestDDBJson, found both."
            )
        is_export = "dynamodb.export" in self._options
        df = self._scan(_item_of_export if is_export else _plain_item)
        if simplifies:
            df = simplify_ddb_json(df)
        return Frame(unnest_ddb_json(df) if unnests else df, self._context)

    def getSampleDynamicFrame(self, number: int, _options: dict[str, Any]) -> Frame:
        """Return the first items."""
        return Frame(self.getDynamicFrame().df.limit(int(number)), self._context)

    def getDataFrame(self) -> Any:
        """Return the JVM's DataFrame of the items."""
        return self.getDynamicFrame().toDF(())

    def _scan(self, convert: Any) -> DataFrame:
        table = self._options.get("dynamodb.input.tableName") or self._options.get("tableName")
        table = table or str(self._options.get("dynamodb.tableArn", "")).rpartition("/")[2]
        if not table:
            raise ValueError(
                f'Expected connection_options with "dynamodb.input.tableName", found {sorted(self._options)}.'
            )

        splits = max(1, int(self._options.get("dynamodb.splits", 1)))

        def scan(segments: Iterable[int]) -> Iterable[dict[str, Any]]:
            pages = boto3.client("dynamodb").get_paginator("scan")
            for segment in segments:
                for page in pages.paginate(TableName=table, Segment=segment, TotalSegments=splits):
                    yield from map(convert, page["Items"])

        spark = self._context.spark
        items = spark.sparkContext.parallelize(range(splits), splits).mapPartitions(scan)
        items.persist(StorageLevel.MEMORY_AND_DISK)  # the table is read once
        schema = schema_of(items)

        return spark.createDataFrame(
            items.map(lambda item: to_value(item, schema)), schema, verifySchema=False
        )


def _item_of_export(item: dict[str, Any]) -> dict[str, Any]:
    return {"Item": item}


def _plain_item(item: dict[str, Any]) -> dict[str, Any]:
    deserialize = TypeDeserializer().deserialize
    return {name: _plain(deserialize(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    """Return a value as Glue's reader has it: whole numbers and others are types of their own."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, (list, set)):
        return [_plain(one) for one in value]
    if isinstance(value, Binary):
        binary: Any = value  # its type says less than it can
        return bytes(binary)
    return value
