"""A table that is Iceberg's, Delta's or Hudi's: `create_data_frame.from_catalog` reads it, as on AWS.

DynamicFrames of such tables AWS has not either. Source: "Limitations" of the data lake frameworks in the Glue
developer guide.
"""
# ruff: noqa: N802 - AWS's names

from typing import TYPE_CHECKING, Any, NoReturn

from py4j.protocol import Py4JJavaError
from pyspark.errors import AnalysisException

from local_glue.dynamicframe.catalog import Table
from local_glue.dynamicframe.refusals import refuse_format_table

if TYPE_CHECKING:
    from local_glue.dynamicframe.gluecontext import ScalaGlueContext

# The name that the guide gives to Iceberg's catalog.
ICEBERGS_CATALOG = "glue_catalog"
_NO_JARS = "DATA_SOURCE_NOT_FOUND"


class FormatTableSource:
    """A table of a table format, which Spark reads by the format's own jars."""

    def __init__(
        self, context: "ScalaGlueContext", table: Table, predicate: str, options: dict[str, Any]
    ) -> None:
        self._spark = context.spark
        self._table = table
        self._predicate = predicate
        self._options = options

    def getDynamicFrame(self, *_numbers: int) -> NoReturn:
        """Refuse.

        Raises:
            NotImplementedError: always; names what to use instead.
        """
        _, read = self._target_and_call()
        refuse_format_table(self._table, f"read by {read}, then DynamicFrame.fromDF")

    def getSampleDynamicFrame(self, *_arguments: Any) -> NoReturn:
        """Refuse, as for the whole table."""
        self.getDynamicFrame()

    def getDataFrame(self) -> Any:
        """Return the JVM's DataFrame of the rows.

        Raises:
            ValueError: the run has not the format's jars, or no catalog of Iceberg.
        """
        table_format = self._table.table_format
        setting = f"spark.sql.catalog.{ICEBERGS_CATALOG}"
        if table_format == "iceberg" and not self._spark.conf.get(setting, None):
            raise ValueError(
                f"Expected the catalog of the Iceberg table {self._table.full_name} in {setting}, found "
                "none: set it by --conf, as the Glue developer guide has it for Iceberg."
            )

        target, _ = self._target_and_call()
        try:
            df = self._spark.read.format(table_format).options(**self._options).load(target)
        except (AnalysisException, Py4JJavaError) as error:
            if _NO_JARS not in str(error):
                raise
            raise ValueError(
                f"Expected the jars of the {table_format.capitalize()} table {self._table.full_name}, found "
                f"none: start the job with --datalake-formats {table_format}."
            ) from error
        return (df.where(self._predicate) if self._predicate else df)._jdf

    def _target_and_call(self) -> tuple[str, str]:
        """Return what to load, and how a script does it by itself."""
        if self._table.table_format == "iceberg":
            name = f"{ICEBERGS_CATALOG}.{self._table.full_name}"
            return name, f'spark.table("{name}")'
        path = self._table.data_path
        return path, f'spark.read.format("{self._table.table_format}").load("{path}")'
