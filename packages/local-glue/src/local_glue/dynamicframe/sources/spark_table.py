"""`useSparkDataSource`: a table's files as Spark itself reads them, by options of Spark's.

Source: `create_data_frame_from_catalog` in "GlueContext class" of the Glue developer guide.
"""

from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame
from pyspark.sql.types import StringType, StructType

from local_glue.dynamicframe.bucket_roots import with_root
from local_glue.dynamicframe.catalog import Table
from local_glue.dynamicframe.options import is_true
from local_glue.dynamicframe.sources.partitions import matching_partitions
from local_glue.dynamicframe.types.glue_types import parse_type

if TYPE_CHECKING:
    from local_glue.dynamicframe.gluecontext import ScalaGlueContext

_GLUES_OWN = ("useSparkDataSource", "useCatalogSchema", "catalogPartitionPredicate", "callSite")


def read_by_spark(
    context: "ScalaGlueContext", table: Table, predicate: str, options: dict[str, Any]
) -> DataFrame:
    """Return the rows with the schema that Spark infers, or with `useCatalogSchema` that of the table.

    Raises:
        ValueError: a partition is not in a folder like `year=2024`, from which Spark knows its values.
    """
    own = {name: value for name, value in options.items() if name not in _GLUES_OWN}
    schema = _schema(table)
    is_given = is_true(options.get("useCatalogSchema"))
    reader = context.spark.read.format(table.format).options(**own)
    reader = reader.schema(schema) if is_given else reader
    if not table.partition_keys:
        return reader.load(with_root(table.location))

    partitions = matching_partitions(context, table, predicate, options.get("catalogPartitionPredicate", ""))
    if not partitions:
        return context.spark.createDataFrame([], schema)
    other = next((one.location for one in partitions if not one.is_below(table)), None)
    if other:
        raise ValueError(
            f"Expected partitions of {table.full_name} in folders like {next(iter(table.partition_keys))}=x "
            f"for useSparkDataSource, found {other}: read the table without that option."
        )
    return reader.option("basePath", with_root(table.location)).load([one.location for one in partitions])


def _schema(table: Table) -> StructType:
    schema = StructType()
    for name, kind in {**table.columns, **table.partition_keys}.items():
        schema.add(name, parse_type(kind) or StringType())
    return schema
