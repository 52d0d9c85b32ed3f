"""The source of a database: a table or a query over JDBC."""
# ruff: noqa: N802 - AWS's names

from typing import TYPE_CHECKING, Any

from local_glue.dynamicframe.frames.frame import Frame
from local_glue.dynamicframe.jdbc import jdbc_options
from local_glue.dynamicframe.sources.jdbc_partitions import partition_conditions

if TYPE_CHECKING:
    from local_glue.dynamicframe.gluecontext import ScalaGlueContext

_PASSED_ON = (
    "partitionColumn",
    "lowerBound",
    "upperBound",
    "numPartitions",
    "fetchsize",
    "sessionInitStatement",
)


class JdbcSource:
    """One table or query of a database."""

    def __init__(
        self,
        context: "ScalaGlueContext",
        vendor: str,
        options: dict[str, Any],
        ctx: str,
        predicate: str,
        catalog_id: str | None = None,
    ) -> None:
        self._context = context
        self._vendor = vendor
        self._options = options
        self._ctx = ctx
        self._predicate = predicate
        self._catalog = context.catalog(catalog_id)

    def setFormat(self, _name: str, _options: dict[str, Any]) -> None:
        """Accept a format: a database has none."""

    def getDynamicFrame(self, *_numbers: int) -> Frame:
        """Return the rows, those that are new to this source where bookmarks are on."""
        options = jdbc_options(self._context.spark, self._vendor, self._options, self._catalog)
        passed = {name: str(self._options[name]) for name in _PASSED_ON if name in self._options}
        table = self._options.get("dbtable") or self._options.get("dbTable")
        query = self._options.get("query") or self._sample_query()
        source = f"({query}) glue_query" if query else str(table)
        conditions = partition_conditions(self._vendor, self._options)
        read = self._context.spark.read
        if conditions:
            df = read.jdbc(options["url"], source, predicates=conditions, properties={**options, **passed})
        else:
            df = read.format("jdbc").options(**options, **passed).option("dbtable", source).load()
        if self._predicate:
            df = df.where(self._predicate)
        return Frame(self._context.bookmarks.new_rows(self._ctx, df, self._options), self._context)

    def _sample_query(self) -> str:
        """Return `sampleQuery`; to be shared among queries it ends in WHERE or AND, for Glue to go on."""
        query = str(self._options.get("sampleQuery") or "").strip()
        is_open = query.lower().endswith((" where", " and"))
        return f"{query} 1 = 1" if is_open else query

    def getSampleDynamicFrame(self, number: int, _options: dict[str, Any]) -> Frame:
        """Return the first rows."""
        return Frame(self.getDynamicFrame().df.limit(int(number)), self._context)

    def getDataFrame(self) -> Any:
        """Return the JVM's DataFrame of the rows."""
        return self.getDynamicFrame().toDF(())
