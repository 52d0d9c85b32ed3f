"""`ScalaGlueContext`: what AWS's `GlueContext` asks of the Scala class of the same name."""
# ruff: noqa: N802 - AWS's names

from functools import cache
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StringType, StructType

from local_glue.dynamicframe import housekeeping
from local_glue.dynamicframe.bookmarks.bookmarks import Bookmarks
from local_glue.dynamicframe.catalog import Catalog
from local_glue.dynamicframe.drivers import offer_driver
from local_glue.dynamicframe.frames.frame import Frame
from local_glue.dynamicframe.jdbc import VENDORS, connection_properties
from local_glue.dynamicframe.refusals import refuse, refuse_source
from local_glue.dynamicframe.sinks.catalog import catalog_sink
from local_glue.dynamicframe.sinks.dynamodb import DynamoDbSink
from local_glue.dynamicframe.sinks.files import FileSink
from local_glue.dynamicframe.sinks.jdbc import JdbcSink
from local_glue.dynamicframe.sources.catalog_table import catalog_source
from local_glue.dynamicframe.sources.dynamodb import DynamoDbSource
from local_glue.dynamicframe.sources.jdbc import JdbcSource
from local_glue.dynamicframe.sources.s3 import FileSource
from local_glue.dynamicframe.transforms.ingestion_time import with_ingestion_time
from local_glue.dynamicframe.types.glue_types import parse_type

Options = dict[str, Any]
# What the JVM's SQLContext is asked for by Spark's own Python code.
_SPARKS_OWN = frozenset(
    {"cacheTable", "clearCache", "refreshTable", "streams", "tableNames", "tables", "uncacheTable"}
)
_FILES = ("s3", "file", "hdfs")
_SPARK_FORMATS = ("parquet", "orc")


class ScalaGlueContext:
    """Sources and sinks of one Spark session."""

    def __init__(self, spark: SparkSession, sql_context: Any) -> None:
        self.spark = spark
        self.bookmarks = Bookmarks()
        self.catalog = cache(lambda catalog_id=None: Catalog(catalog_id))
        self._sql_context = sql_context

    def __getattr__(self, name: str) -> Any:
        if name in _SPARKS_OWN:
            return getattr(self._sql_context, name)
        return refuse()

    def frame(self, df: DataFrame) -> Frame:
        """Return a frame of a DataFrame's rows."""
        return Frame(df, self)

    def getSource(self, connection_type: str, options: Options, ctx: str, predicate: str) -> Any:
        """Return a source by the type of its connection; parquet and orc come as types of their own."""
        kind = connection_type.lower()
        if kind in _SPARK_FORMATS:
            return FileSource(self, kind, options, ctx)
        if kind in _FILES:
            return FileSource(self, None, options, ctx)
        if kind in VENDORS:
            return JdbcSource(self, kind, options, ctx, predicate)
        return DynamoDbSource(self, options) if kind == "dynamodb" else refuse_source(connection_type)

    def getCatalogSource(
        self,
        database: str,
        table: str,
        _redshift_dir: str,
        ctx: str,
        predicate: str,
        options: Options,
        catalog_id: str | None,
    ) -> Any:
        """Return a table of the Data Catalog as a source."""
        return catalog_source(self, self.catalog(catalog_id).table(database, table), ctx, predicate, options)

    def getSink(self, connection_type: str, options: Options, _ctx: str) -> Any:
        """Return a sink by the type of its connection."""
        kind = connection_type.lower()
        if kind in _SPARK_FORMATS:
            return FileSink(self, kind, options)
        if kind in _FILES:
            return FileSink(self, None, options)
        if kind in VENDORS:
            return JdbcSink(self, kind, options)
        return DynamoDbSink(self, options) if kind == "dynamodb" else refuse(connection_type)

    def getCatalogSink(
        self, database: str, table: str, _dir: str, _ctx: str, options: Options, catalog_id: str | None
    ) -> Any:
        """Return a table of the Data Catalog as a sink."""
        return catalog_sink(self, self.catalog(catalog_id).table(database, table), options)

    def getJDBCSink(
        self, connection: str, options: Options, _redshift_dir: str, _ctx: str, catalog_id: str | None
    ) -> Any:
        """Return the database of a connection as a sink."""
        return JdbcSink.of_connection(self, connection, options, catalog_id)

    def extractJDBCConf(self, connection: str, catalog_id: str | None) -> dict[str, str]:
        """Return what a connection says of its database, whose driver Spark and Java know from now on."""
        properties = connection_properties(self.catalog(catalog_id), connection)
        offer_driver(self.spark, properties["fullUrl"])
        return properties

    def getCatalogSchemaAsSparkSchema(self, database: str, table: str, catalog_id: str | None) -> Any:
        """Return a table's columns as the JVM's StructType."""
        found = self.catalog(catalog_id).table(database, table)
        schema = StructType()
        for name, kind in {**found.columns, **found.partition_keys}.items():
            schema.add(name, parse_type(kind) or StringType())
        jvm: Any = self.spark.sparkContext._jvm
        return jvm.org.apache.spark.sql.types.DataType.fromJson(schema.json())

    def addIngestionTimeColumns(self, jdf: Any, granularity: str) -> Any:
        """Return the rows with the current time in columns."""
        return with_ingestion_time(DataFrame(jdf, self.spark), granularity)._jdf

    def purgeTable(
        self, database: str, table: str, options: Options, _ctx: str, catalog_id: str | None
    ) -> None:
        """Delete a table's old files."""
        found = self.catalog(catalog_id).table(database, table)
        housekeeping.check_purge(found)
        housekeeping.on_table(self, found, options, housekeeping.purge(options))

    def purgeS3Path(self, path: str, options: Options, _ctx: str) -> None:
        """Delete the old files below a path."""
        housekeeping.on_path(path, options, housekeeping.purge(options))

    def transitionTable(
        self, database: str, table: str, to: str, options: Options, _ctx: str, catalog_id: str | None
    ) -> None:
        """Move a table's old files to another storage class."""
        found = self.catalog(catalog_id).table(database, table)
        housekeeping.check_transition(found)
        housekeeping.on_table(self, found, options, housekeeping.transition(to, options))

    def transitionS3Path(self, path: str, to: str, options: Options, _ctx: str) -> None:
        """Move the old files below a path to another storage class."""
        housekeeping.on_path(path, options, housekeeping.transition(to, options))
