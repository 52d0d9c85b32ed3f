"""Partitions of a table, and which of them a predicate leaves."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pyspark.sql import functions as f
from pyspark.sql.types import StringType, StructField, StructType

from local_glue.dynamicframe.catalog import Table
from local_glue.dynamicframe.paths import column
from local_glue.dynamicframe.types.glue_types import parse_type

if TYPE_CHECKING:
    from local_glue.dynamicframe.gluecontext import ScalaGlueContext

_NUMBER = "__glue_partition_number"


@dataclass(frozen=True)
class Partition:
    """One partition: where its files are, and the values of the table's partition keys."""

    location: str
    values: dict[str, str]

    def is_below(self, table: Table) -> bool:
        """Return whether its folder says what it stands for, as `<table>/year=2024/month=01` does."""
        root = table.location.rstrip("/") + "/"
        folders = self.location.rstrip("/").removeprefix(root).split("/")
        names = [folder.partition("=")[0].lower() for folder in folders]
        return self.location.startswith(root) and names == [key.lower() for key in table.partition_keys]


def matching_partitions(
    context: "ScalaGlueContext", table: Table, predicate: str, catalog_predicate: str
) -> list[Partition]:
    """Return the partitions that both predicates leave.

    `predicate` is Spark SQL over the partition keys, `catalog_predicate` an expression of GetPartitions. What
    GetPartitions understands of the first one it evaluates as well: then only what is read is sent.
    """
    expression = " AND ".join(f"({one})" for one in (catalog_predicate, predicate) if one)
    try:
        return _partitions(context, table, expression)
    except ClientError as error:
        if not predicate or error.response["Error"]["Code"] != "InvalidInputException":
            raise
    return _evaluated(context, table, _partitions(context, table, catalog_predicate), predicate)


def _partitions(context: "ScalaGlueContext", table: Table, expression: str) -> list[Partition]:
    found = context.catalog().partitions(table, expression)
    names = list(table.partition_keys)
    return [
        Partition(one["StorageDescriptor"]["Location"], dict(zip(names, one["Values"], strict=True)))
        for one in found
    ]


def _evaluated(
    context: "ScalaGlueContext", table: Table, partitions: list[Partition], predicate: str
) -> list[Partition]:
    """Return the partitions that a predicate of Spark SQL leaves."""
    schema = StructType([StructField(name, StringType()) for name in (*table.partition_keys, _NUMBER)])
    rows = [(*one.values.values(), str(number)) for number, one in enumerate(partitions)]
    typed = context.spark.createDataFrame(rows, schema).select(
        *[
            column(n).cast(parse_type(kind) or StringType()).alias(n)
            for n, kind in table.partition_keys.items()
        ],
        f.col(_NUMBER),
    )
    return [partitions[int(row[_NUMBER])] for row in typed.where(predicate).select(_NUMBER).collect()]
