"""The sink of a DynamoDB table: each row is put as an item."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import boto3
from pyspark.sql import DataFrame, Row

from local_glue.dynamicframe.frames.records import to_plain
from local_glue.dynamicframe.sinks.sink import Sink

if TYPE_CHECKING:
    from local_glue.dynamicframe.gluecontext import ScalaGlueContext


class DynamoDbSink(Sink):
    """One table."""

    def __init__(self, context: "ScalaGlueContext", options: dict[str, Any]) -> None:
        super().__init__(context)
        self._options = options

    def write(self, df: DataFrame) -> None:
        """Put each row as an item; fields that are null are left out.

        Raises:
            ValueError: the options name no table.
        """
        table = self._options.get("dynamodb.output.tableName")
        if not table:
            raise ValueError(
                'Expected connection_options with "dynamodb.output.tableName", found '
                f"{sorted(self._options)}."
            )

        def put(rows: Iterable[Row]) -> None:
            with boto3.resource("dynamodb").Table(table).batch_writer() as batch:
                for row in rows:
                    batch.put_item(Item=_item(to_plain(row)))

        df.foreachPartition(put)


def _item(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _item(one) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_item(one) for one in value]
    if isinstance(value, float):
        return Decimal(str(value))
    return str(value) if isinstance(value, date) else value
