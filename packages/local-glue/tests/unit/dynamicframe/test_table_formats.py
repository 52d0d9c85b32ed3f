"""A table of the Data Catalog that is Iceberg's, Delta's or Hudi's: DataFrames of it, no DynamicFrames."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from pyspark.errors import AnalysisException

from local_glue.dynamicframe import housekeeping
from local_glue.dynamicframe.catalog import Table
from local_glue.dynamicframe.gluecontext import ScalaGlueContext
from local_glue.dynamicframe.refusals import refused
from local_glue.dynamicframe.sinks.catalog import catalog_sink
from local_glue.dynamicframe.sources.catalog_table import catalog_source

PLACE = "s3://lake/d/t"
# As Iceberg's GlueCatalog, Spark's Delta and Hudi's own sync make them; Hudi's looks like Parquet.
ICEBERG = {
    "StorageDescriptor": {"Location": PLACE, "Columns": [{"Name": "id", "Type": "bigint"}]},
    "Parameters": {"table_type": "ICEBERG", "metadata_location": f"{PLACE}/metadata/0.json"},
}
DELTA = {
    "StorageDescriptor": {
        "Location": f"{PLACE}-__PLACEHOLDER__",
        "Columns": [],
        "SerdeInfo": {"Parameters": {"path": PLACE}},
    },
    "Parameters": {"spark.sql.sources.provider": "delta"},
}
HUDI = {
    "StorageDescriptor": {
        "Location": PLACE,
        "Columns": [],
        "InputFormat": "org.apache.hudi.hadoop.HoodieParquetInputFormat",
        "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
    },
}
EACH = pytest.mark.parametrize(
    ("name", "definition", "read", "write"),
    [
        ("iceberg", ICEBERG, 'spark.table("glue_catalog.d.t")', 'df.writeTo("glue_catalog.d.t").append()'),
        *(
            (
                name,
                definition,
                f'spark.read.format("{name}").load("{PLACE}")',
                f'df.write.format("{name}"){options}.mode("append").save("{PLACE}")',
            )
            for name, definition, options in (
                ("delta", DELTA, ""),
                ("hudi", HUDI, ".options(**hudi_options)"),
            )
        ),
    ],
)


@pytest.fixture(autouse=True)
def _nothing_stays_refused() -> Iterator[None]:
    refused.clear()
    yield
    refused.clear()


class Spark:
    """A session that notes how it is asked to read, and has or lacks the format."""

    def __init__(self, settings: dict[str, str] | None = None, error: Exception | None = None) -> None:
        self.asked: list[Any] = []
        self._error = error
        self.conf = settings or {}
        self.read = self
        self._jdf = "the JVM's frame"

    def format(self, name: str) -> Spark:
        self.asked.append(name)
        return self

    def options(self, **given: Any) -> Spark:
        self.asked.append(given)
        return self

    def load(self, target: str) -> Spark:
        if self._error:
            raise self._error
        self.asked.append(target)
        return self

    def where(self, predicate: str) -> Spark:
        self.asked.append(predicate)
        return self


def source_of(definition: dict[str, Any], spark: Spark, predicate: str = "", **options: Any) -> Any:
    context: Any = SimpleNamespace(spark=spark)
    return catalog_source(context, Table("d", "t", definition), "ctx", predicate, options)


@EACH
def test_a_dynamicframe_of_it_is_refused_with_what_to_read_instead(
    name: str, definition: dict[str, Any], read: str, write: str
) -> None:
    source = source_of(definition, Spark())
    with pytest.raises(NotImplementedError) as caught:
        source.getDynamicFrame()
    assert f"for the {name.capitalize()} table d.t is not here" in str(caught.value)
    assert f"--datalake-formats {name}" in str(caught.value)
    assert read in str(caught.value)

    with pytest.raises(NotImplementedError, match=f"{name.capitalize()} table d.t"):
        source.getSampleDynamicFrame(5, {})
    assert len(refused) == 2


@EACH
def test_writing_it_through_the_catalog_is_refused_with_what_to_write_instead(
    name: str, definition: dict[str, Any], read: str, write: str
) -> None:
    context: Any = None
    with pytest.raises(NotImplementedError) as caught:
        catalog_sink(context, Table("d", "t", definition), {})
    assert f"for the {name.capitalize()} table d.t is not here" in str(caught.value)
    assert f"--datalake-formats {name}" in str(caught.value)
    assert write in str(caught.value)
    assert refused == [str(caught.value)]


@pytest.mark.parametrize(
    ("name", "definition", "statement"),
    [
        ("Iceberg", ICEBERG, "CALL glue_catalog.system.expire_snapshots('d.t')"),
        ("Delta", DELTA, f"VACUUM delta.`{PLACE}`"),
        ("Hudi", HUDI, "CALL run_clean(table => 'd.t')"),
    ],
)
def test_its_files_are_neither_deleted_nor_moved_behind_its_back(
    name: str, definition: dict[str, Any], statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    touched: list[Any] = []
    monkeypatch.setattr(housekeeping, "on_table", lambda _, table, *_more: touched.append(table))
    session: Any = Spark()
    context = ScalaGlueContext(session, None)
    catalog: Any = SimpleNamespace(table=lambda database, table: Table(database, table, definition))
    monkeypatch.setattr(context, "catalog", lambda _: catalog)
    reason = f"for the {name} table d.t is not here: the table would still name the files. Instead "

    with pytest.raises(NotImplementedError) as caught:
        context.purgeTable("d", "t", {"retentionPeriod": 0}, "", None)
    assert reason in str(caught.value)
    assert f'--datalake-formats {name.lower()} and call spark.sql("{statement}")' in str(caught.value)

    with pytest.raises(NotImplementedError) as caught:
        context.transitionTable("d", "t", "GLACIER", {"accountId": "1", "roleArn": "r"}, "", None)
    assert reason in str(caught.value)
    assert (len(refused), touched) == (2, [])

    definition = {"Parameters": {"classification": "json"}}
    context.purgeTable("d", "files", {}, "", None)
    assert [table.name for table in touched] == ["files"]


@pytest.mark.parametrize(
    ("name", "definition", "target"),
    [("iceberg", ICEBERG, "glue_catalog.d.t"), ("delta", DELTA, PLACE), ("hudi", HUDI, PLACE)],
)
def test_a_dataframe_of_it_is_read_by_its_format(name: str, definition: dict[str, Any], target: str) -> None:
    spark = Spark({"spark.sql.catalog.glue_catalog": "org.apache.iceberg.spark.SparkCatalog"})
    assert source_of(definition, spark, "day = 1", asOf="2").getDataFrame() == "the JVM's frame"
    assert spark.asked == [name, {"asOf": "2"}, target, "day = 1"]
    assert refused == []


def test_a_dataframe_without_the_formats_jars_names_the_option() -> None:
    spark = Spark(error=AnalysisException("[DATA_SOURCE_NOT_FOUND] Failed to find the data source: delta."))
    with pytest.raises(ValueError, match=r"start the job with --datalake-formats delta"):
        source_of(DELTA, spark).getDataFrame()

    spark = Spark(error=AnalysisException("[DELTA_TABLE_NOT_FOUND] no such table"))
    with pytest.raises(AnalysisException, match="DELTA_TABLE_NOT_FOUND"):
        source_of(DELTA, spark).getDataFrame()


def test_a_dataframe_of_iceberg_without_its_catalog_names_the_setting() -> None:
    with pytest.raises(ValueError, match=r"spark\.sql\.catalog\.glue_catalog"):
        source_of(ICEBERG, Spark()).getDataFrame()


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"table_type": "DELTA"}, "delta"),
        ({"classification": "delta"}, "delta"),
        ({"classification": "hudi"}, "hudi"),
        ({"spark.sql.sources.provider": "hudi"}, "hudi"),
        ({"spark.sql.sources.provider": "parquet", "classification": "parquet"}, ""),
        ({"table_type": "EXTERNAL_TABLE", "classification": "csv"}, ""),
        ({}, ""),
    ],
)
def test_the_format_is_known_by_what_different_makers_write(parameters: dict[str, str], name: str) -> None:
    assert Table("d", "t", {"Parameters": parameters}).table_format == name
