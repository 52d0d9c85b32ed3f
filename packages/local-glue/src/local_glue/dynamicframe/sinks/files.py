"""The sink of files: one format below one path, new files beside those that are there."""
# ruff: noqa: N802 - AWS's names

from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame, DataFrameWriter

from local_glue.dynamicframe.options import is_true
from local_glue.dynamicframe.refusals import unsupported
from local_glue.dynamicframe.sinks.catalog_update import Target
from local_glue.dynamicframe.sinks.sink import Sink
from local_glue.dynamicframe.sources.csv_files import text_options
from local_glue.dynamicframe.transforms.fields import drop_fields, null_paths

if TYPE_CHECKING:
    from local_glue.dynamicframe.gluecontext import ScalaGlueContext

_FORMATS = ("csv", "json", "parquet", "orc", "avro")
_GLUES_OWN = {"glueparquet": "parquet"}
# Glue leaves no file of that name behind.
_NO_SUCCESS_FILE = ("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")


class FileSink(Sink):
    """Files of one format below one path."""

    def __init__(self, context: "ScalaGlueContext", text_format: str | None, options: dict[str, Any]) -> None:
        super().__init__(context)
        self._format = text_format
        self._options = options
        self._table: tuple[str, str, str] | None = None

    def setFormat(self, name: str, options: dict[str, Any]) -> None:
        """Set the format of the files, and its options."""
        self._format = _GLUES_OWN.get(name.lower(), name.lower())
        self._options = {**self._options, **options}

    def setCatalogInfo(self, database: str, table: str, catalog_id: str) -> None:
        """Name the table that `enableUpdateCatalog` keeps up to date."""
        self._table = (database, table, catalog_id)

    def write(self, df: DataFrame) -> None:
        """Write rows. Columns that hold only nulls are left out, and no column is no file, as on AWS.

        Raises:
            ValueError: the sink has no path or no format.
            NotImplementedError: nothing here writes the format.
        """
        path = self._options.get("path")
        if not path or self._format is None:
            raise ValueError(
                'Expected connection_options with a "path" and a format such as parquet, json or csv, found '
                f"path={path!r}, format={self._format!r}."
            )

        df = drop_fields(df, null_paths(df.schema))
        if not df.columns:
            return

        keys = tuple(self._options.get("partitionKeys") or ())
        self._save(df.write.mode("append").option(*_NO_SUCCESS_FILE), path, keys)
        if self._table and is_true(self._options.get("enableUpdateCatalog")):
            database, table, catalog_id = self._table
            catalog = self.context.catalog(catalog_id or None)
            Target(catalog, database, table, path, self._format, keys, self._options).update(df)

    def _save(self, writer: "DataFrameWriter", path: str, keys: tuple[str, ...]) -> None:
        if keys:
            writer = writer.partitionBy(*keys)
        compression = self._options.get("compression")
        if compression:
            writer = writer.option("compression", "none" if compression == "uncompressed" else compression)
        if self._format == "csv":
            header = is_true(self._options.get("writeHeader", True))
            writer = writer.options(**text_options(self._options)).option("header", header)
        if self._format not in _FORMATS:
            raise unsupported(
                f"Writing the format {self._format} is not here: expected one of "
                f"{', '.join(_FORMATS)} or glueparquet."
            )
        writer.format(self._format).save(path)
