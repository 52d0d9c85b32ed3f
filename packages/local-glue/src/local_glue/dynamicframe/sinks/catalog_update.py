"""The Data Catalog after a write: `enableUpdateCatalog` makes a table, new columns and new partitions.

Source: "Updating the schema, and adding new partitions in the Data Catalog using AWS Glue ETL jobs" in the
Glue developer guide.
"""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from pyspark.sql import DataFrame
from pyspark.sql.types import DataType, StructType

from local_glue.dynamicframe.catalog import Catalog
from local_glue.dynamicframe.paths import column

_BATCH = 100  # the most partitions that one call takes
_SERDES = {
    "parquet": (
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    ),
    "orc": (
        "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
    ),
    "avro": (
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat",
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat",
        "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
    ),
    "json": (
        "org.apache.hadoop.mapred.TextInputFormat",
        "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        "org.openx.data.jsonserde.JsonSerDe",
    ),
    "csv": (
        "org.apache.hadoop.mapred.TextInputFormat",
        "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    ),
}


@dataclass(frozen=True)
class Target:
    """The table that a sink keeps up to date."""

    catalog: Catalog
    database: str
    table: str
    path: str
    format: str
    keys: tuple[str, ...]
    options: dict[str, Any]

    def update(self, df: DataFrame) -> None:
        """Bring the table up to date with rows that were written to its path.

        Raises:
            ValueError: the table has other partition keys.
        """
        columns = _columns(df.schema, self.keys)
        storage = self._storage(columns)
        table = self._table()
        if table is None:
            self._create(df.schema, storage)
        else:
            self._check_keys(table)
            known = {x["Name"].lower() for x in table["StorageDescriptor"].get("Columns", ())}
            added = [x for x in columns if x["Name"] not in known]
            if added and self._only_logs():
                return  # as on AWS: partitions are added as long as the schema holds no new column
            if added:
                self._add_columns(table, added)

            storage = {
                **table["StorageDescriptor"],
                "Columns": [*table["StorageDescriptor"].get("Columns", ()), *added],
            }

        self._add_partitions(df, storage)

    def _only_logs(self) -> bool:
        return str(self.options.get("updateBehavior", "UPDATE_IN_DATABASE")).upper() == "LOG"

    def _table(self) -> dict[str, Any] | None:
        try:
            return dict(self.catalog.table(self.database, self.table).definition)
        except ClientError as error:
            if error.response["Error"]["Code"] != "EntityNotFoundException":
                raise
            return None

    def _storage(self, columns: list[dict[str, str]]) -> dict[str, Any]:
        inputs, outputs, serde = _SERDES[self.format]
        parameters = {"serialization.format": "1"}
        if self.format == "csv":
            parameters = {"field.delim": str(self.options.get("separator", ","))}
        return {
            "Columns": columns,
            "Location": self.path,
            "InputFormat": inputs,
            "OutputFormat": outputs,
            "SerdeInfo": {"SerializationLibrary": serde, "Parameters": parameters},
        }

    def _create(self, schema: StructType, storage: dict[str, Any]) -> None:
        header = (
            {"skip.header.line.count": "1"} if self.format == "csv" and _writes_header(self.options) else {}
        )
        table = {
            "Name": self.table,
            "TableType": "EXTERNAL_TABLE",
            "StorageDescriptor": storage,
            "PartitionKeys": [{"Name": k.lower(), "Type": hive_type(schema[k].dataType)} for k in self.keys],
            "Parameters": {"classification": self.format, "EXTERNAL": "TRUE", **header},
        }
        self.catalog.glue.create_table(DatabaseName=self.database, TableInput=table)

    def _check_keys(self, table: dict[str, Any]) -> None:
        expected = [x["Name"].lower() for x in table.get("PartitionKeys", ())]
        found = [key.lower() for key in self.keys]
        if expected != found:
            raise ValueError(
                f"Expected partitionKeys {expected}, those of the table {self.database}.{self.table}, "
                f"found {found}."
            )

    def _add_columns(self, table: dict[str, Any], added: list[dict[str, str]]) -> None:
        storage = table["StorageDescriptor"]
        kept = ("Name", "Description", "Owner", "TableType", "PartitionKeys", "Parameters", "Retention")
        changed = {name: table[name] for name in kept if name in table}
        changed["StorageDescriptor"] = {**storage, "Columns": [*storage.get("Columns", ()), *added]}
        self.catalog.glue.update_table(DatabaseName=self.database, TableInput=changed)

    def _add_partitions(self, df: DataFrame, storage: dict[str, Any]) -> None:
        if not self.keys:
            return
        rows = df.select(*[column(key).cast("string").alias(key) for key in self.keys]).distinct().collect()
        inputs = [self._partition(list(row), storage) for row in rows]
        for start in range(0, len(inputs), _BATCH):
            answer = self.catalog.glue.batch_create_partition(
                DatabaseName=self.database,
                TableName=self.table,
                PartitionInputList=inputs[start : start + _BATCH],
            )
            for failed in answer.get("Errors", ()):
                if failed["ErrorDetail"]["ErrorCode"] != "AlreadyExistsException":
                    raise RuntimeError(f"A partition was not created: {failed}")

    def _partition(self, values: list[str | None], storage: dict[str, Any]) -> dict[str, Any]:
        named = ["__HIVE_DEFAULT_PARTITION__" if value in (None, "") else str(value) for value in values]
        folders = "/".join(f"{key}={value}" for key, value in zip(self.keys, named, strict=True))
        return {
            "Values": named,
            "StorageDescriptor": {**storage, "Location": f"{self.path.rstrip('/')}/{folders}/"},
        }


def hive_type(kind: DataType) -> str:
    """Return the name of a type in the Data Catalog."""
    return kind.simpleString()


def _columns(schema: StructType, keys: tuple[str, ...]) -> list[dict[str, str]]:
    return [
        {"Name": x.name.lower(), "Type": hive_type(x.dataType)} for x in schema.fields if x.name not in keys
    ]


def _writes_header(options: dict[str, Any]) -> bool:
    return str(options.get("writeHeader", True)).lower() == "true"
