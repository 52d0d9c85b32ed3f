"""The source `create_dynamic_frame.from_catalog`: a table's files, its partitions as columns, its types."""
# ruff: noqa: N802 - AWS's names

from functools import reduce
from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame

from local_glue.dynamicframe.catalog import Table
from local_glue.dynamicframe.frames.call_site import CallSite
from local_glue.dynamicframe.frames.errors import Errors
from local_glue.dynamicframe.frames.frame import Frame
from local_glue.dynamicframe.jdbc import VENDORS
from local_glue.dynamicframe.options import is_true
from local_glue.dynamicframe.refusals import refuse
from local_glue.dynamicframe.sources.dynamodb import DynamoDbSource
from local_glue.dynamicframe.sources.files import list_files
from local_glue.dynamicframe.sources.format_table import FormatTableSource
from local_glue.dynamicframe.sources.jdbc import JdbcSource
from local_glue.dynamicframe.sources.partitions import matching_partitions
from local_glue.dynamicframe.sources.reading import Read, read_files
from local_glue.dynamicframe.sources.spark_table import read_by_spark
from local_glue.dynamicframe.sources.table_types import (
    format_options,
    with_column_types,
    with_partition_types,
    with_partition_values,
)
from local_glue.dynamicframe.transforms.joining import union

if TYPE_CHECKING:
    from local_glue.dynamicframe.gluecontext import ScalaGlueContext

_FEW = 20  # partitions: for more of them, one listing of the table is quicker than one each


class CatalogSource:
    """A table of the Data Catalog."""

    def __init__(
        self, context: "ScalaGlueContext", table: Table, ctx: str, predicate: str, options: dict[str, Any]
    ) -> None:
        self._context = context
        self._table = table
        self._ctx = ctx
        self._predicate = predicate
        self._given = options
        self._options = {**format_options(table), "recurse": True, **options}
        self._site = CallSite(options.get("callSite", ""))

    def getDynamicFrame(self, *_numbers: int) -> Frame:
        """Return the records of the table's files, in those partitions that the predicates leave."""
        keys = self._table.partition_keys
        read = self._read_partitions() if keys else self._read([self._table.location])
        is_text = self._table.format == "csv"
        df = with_column_types(read.df, self._table.columns, is_text=is_text)
        return Frame(
            with_partition_types(df, keys), self._context, Errors.of_source(read.errors, self._options)
        )

    def getSampleDynamicFrame(self, number: int, _options: dict[str, Any]) -> Frame:
        """Return the first records."""
        frame = self.getDynamicFrame()
        return Frame(frame.df.limit(int(number)), self._context, frame.errors)

    def getDataFrame(self) -> Any:
        """Return the JVM's DataFrame of the records: with `useSparkDataSource` as Spark itself reads them."""
        if is_true(self._given.get("useSparkDataSource")):
            df = read_by_spark(self._context, self._table, self._predicate, self._given)
            return df._jdf
        return self.getDynamicFrame().toDF(())

    def _read_partitions(self) -> Read:
        partitions = matching_partitions(
            self._context, self._table, self._predicate, self._options.get("catalogPartitionPredicate", "")
        )
        if all(partition.is_below(self._table) for partition in partitions):
            return self._read([one.location for one in partitions])
        # Folders that do not say what they stand for: one read for each.
        reads = [(one, self._read([one.location], discovers=False)) for one in partitions]
        frames = [with_partition_values(read.df, one.values) for one, read in reads if read.df.columns]
        errors = [read.errors for _, read in reads if read.errors is not None]
        empty = self._read([])
        return Read(reduce(union, frames, empty.df), reduce(DataFrame.union, errors) if errors else None)

    def _read(self, locations: list[str], *, discovers: bool = True) -> Read:
        root = self._table.location.rstrip("/")
        if len(locations) > _FEW:
            folders = {location.rstrip("/") for location in locations}
            files = [file for file in list_files([root], self._options) if file.is_in_one_of(folders)]
        else:
            files = list_files(locations, self._options)
        files = self._context.bookmarks.new_files(self._ctx, files, self._options)
        if discovers:
            files = [file.below(root) for file in files]
        return read_files(self._context.spark, files, self._table.format, self._options, self._site)


def catalog_source(
    context: "ScalaGlueContext", table: Table, ctx: str, predicate: str, options: dict[str, Any]
) -> Any:
    """Return the source behind a table: its files, or what another service keeps under its name.

    Raises:
        NotImplementedError: the table is a stream.
    """
    if table.stream:
        refuse(f"{table.stream} stream {table.database}.{table.name}", "stream")
    if table.table_format:
        return FormatTableSource(context, table, predicate, options)
    kind = table.parameters.get("classification", "").lower()
    if kind == "dynamodb":
        return DynamoDbSource(
            context, {"dynamodb.input.tableName": table.location.rpartition("/")[2], **options}
        )
    if kind in VENDORS and "connectionName" in table.parameters:
        known = {"connectionName": table.parameters["connectionName"], "dbtable": table.location}
        return JdbcSource(context, kind, {**known, **options}, ctx, predicate)
    return CatalogSource(context, table, ctx, predicate, options)
