"""The sink of a database: rows are appended to a table over JDBC."""

from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame

from local_glue.dynamicframe.jdbc import connection_properties, jdbc_options, with_database
from local_glue.dynamicframe.sinks.sink import Sink
from local_glue.dynamicframe.sinks.statements import execute, statements

if TYPE_CHECKING:
    from local_glue.dynamicframe.gluecontext import ScalaGlueContext


class JdbcSink(Sink):
    """One table of a database."""

    def __init__(
        self, context: "ScalaGlueContext", vendor: str, options: dict[str, Any], catalog_id: str | None = None
    ) -> None:
        super().__init__(context)
        self._vendor = vendor
        self._options = options
        self._catalog = context.catalog(catalog_id)

    @classmethod
    def of_connection(
        cls, context: "ScalaGlueContext", name: str, options: dict[str, Any], catalog_id: str | None
    ) -> "JdbcSink":
        """Return the sink of a connection of the Data Catalog, as `from_jdbc_conf` names it."""
        connection = connection_properties(context.catalog(catalog_id), name)
        url = with_database(connection["fullUrl"], options.get("database"))
        known = {"url": url, "user": connection["user"], "password": connection["password"]}
        return cls(context, connection["vendor"], {**known, **options}, catalog_id)

    def write(self, df: DataFrame) -> None:
        """Append rows to the table; to Redshift between its `preactions` and `postactions`.

        Raises:
            ValueError: no table is named.
        """
        table = self._options.get("dbtable") or self._options.get("dbTable")
        if not table:
            raise ValueError(f'Expected connection_options with "dbtable", found {sorted(self._options)}.')
        options = jdbc_options(self.context.spark, self._vendor, self._options, self._catalog)
        before, after = (
            statements(self._options.get(name), table) if self._vendor == "redshift" else []
            for name in ("preactions", "postactions")
        )
        if before:
            self._append(df.limit(0), table, options)  # a table that is not there is made before them
            execute(self.context.spark, options, before)

        self._append(df, table, options)
        execute(self.context.spark, options, after)

    def _append(self, df: DataFrame, table: str, options: dict[str, str]) -> None:
        df.write.format("jdbc").mode("append").options(**options).option("dbtable", table).save()
