"""The sink `write_dynamic_frame.from_catalog`: the files of a table that the Data Catalog has."""

from typing import TYPE_CHECKING, Any

from local_glue.dynamicframe.catalog import Table
from local_glue.dynamicframe.jdbc import VENDORS
from local_glue.dynamicframe.refusals import refuse, refuse_format_table
from local_glue.dynamicframe.sinks.dynamodb import DynamoDbSink
from local_glue.dynamicframe.sinks.files import FileSink
from local_glue.dynamicframe.sinks.jdbc import JdbcSink
from local_glue.dynamicframe.sources.format_table import ICEBERGS_CATALOG
from local_glue.dynamicframe.sources.table_types import format_options

if TYPE_CHECKING:
    from local_glue.dynamicframe.gluecontext import ScalaGlueContext


class CatalogSink(FileSink):
    """A table's files, in its format; with `enableUpdateCatalog` the table follows what is written."""

    def __init__(self, context: "ScalaGlueContext", table: Table, options: dict[str, Any]) -> None:
        given = format_options(table)
        # A table without partition keys named by the script is written as it is partitioned.
        keys = options.get("partitionKeys") or list(table.partition_keys)
        header = {"writeHeader": bool(given.pop("skipFirst", False))} if table.format == "csv" else {}
        own = {"path": table.location, "partitionKeys": keys}
        super().__init__(context, table.format, {**given, **header, **options, **own})
        self.setCatalogInfo(table.database, table.name, "")


def catalog_sink(context: "ScalaGlueContext", table: Table, options: dict[str, Any]) -> Any:
    """Return the sink behind a table: its files, or what another service keeps under its name.

    Raises:
        NotImplementedError: the table is a stream, or of a table format.
    """
    if table.stream:
        refuse(f"{table.stream} stream {table.database}.{table.name}")
    if table.table_format:
        refuse_format_table(table, f"write a DataFrame by {_own_write(table)}")
    kind = table.parameters.get("classification", "").lower()
    if kind == "dynamodb":
        return DynamoDbSink(
            context, {"dynamodb.output.tableName": table.location.rpartition("/")[2], **options}
        )
    if kind in VENDORS and "connectionName" in table.parameters:
        known = {"connectionName": table.parameters["connectionName"], "dbtable": table.location}
        return JdbcSink(context, kind, {**known, **options})
    return CatalogSink(context, table, options)


def _own_write(table: Table) -> str:
    """Return how a script writes to a table of a table format by itself."""
    if table.table_format == "iceberg":
        return f'df.writeTo("{ICEBERGS_CATALOG}.{table.full_name}").append()'
    options = ".options(**hudi_options)" if table.table_format == "hudi" else ""
    return f'df.write.format("{table.table_format}"){options}.mode("append").save("{table.data_path}")'
