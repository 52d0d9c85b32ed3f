"""The Data Catalog as a job sees it, asked with the credentials of its run."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3

from local_glue.dynamicframe.refusals import STREAMS


@dataclass(frozen=True)
class Table:
    """One table of the Data Catalog."""

    database: str
    name: str
    definition: dict[str, Any]

    @property
    def full_name(self) -> str:
        """Return its name behind that of its database."""
        return f"{self.database}.{self.name}"

    @property
    def location(self) -> str:
        """Return where its data is."""
        return str(self.definition.get("StorageDescriptor", {}).get("Location", ""))

    @property
    def data_path(self) -> str:
        """Return where Spark has its data: the location may be a placeholder beside the path of the SerDe."""
        return self.parameters.get("path") or self.location

    @property
    def columns(self) -> dict[str, str]:
        """Return the types of the columns that its files hold, by their names."""
        return {
            x["Name"]: x.get("Type", "string")
            for x in self.definition["StorageDescriptor"].get("Columns", ())
        }

    @property
    def partition_keys(self) -> dict[str, str]:
        """Return the types of the columns that its partitions stand for, by their names."""
        return {x["Name"]: x.get("Type", "string") for x in self.definition.get("PartitionKeys", ())}

    @property
    def parameters(self) -> dict[str, str]:
        """Return its parameters above those of its SerDe."""
        storage = self.definition.get("StorageDescriptor", {})
        return {
            **storage.get("SerdeInfo", {}).get("Parameters", {}),
            **storage.get("Parameters", {}),
            **self.definition.get("Parameters", {}),
        }

    @property
    def stream(self) -> str:
        """Return the type of the stream that it stands for, kinesis or kafka; empty for any other table."""
        kind = self.parameters.get("typeOfData", "").lower()
        return kind if kind in STREAMS else ""

    @property
    def table_format(self) -> str:
        """Return iceberg, delta or hudi for a table of that format; empty for a table of files."""
        named = {self.parameters.get(key, "").lower() for key in _NAMES_OF_TABLE_FORMAT}
        classes = self.definition.get("StorageDescriptor", {}).get("InputFormat", "").lower()
        return next((name for name in _TABLE_FORMATS if name in named or name in classes), "")

    @property
    def format(self) -> str:
        """Return the format of its files: the classification, else what its SerDe reads.

        Raises:
            NotImplementedError: neither names a format.
        """
        named = self.parameters.get("classification", "").lower()
        if named and named != "unknown":
            return {"glueparquet": "parquet", "tsv": "csv"}.get(named, named)
        storage = self.definition.get("StorageDescriptor", {})
        library = storage.get("SerdeInfo", {}).get("SerializationLibrary", "")
        classes = f"{library} {storage.get('InputFormat', '')}".lower()
        for word, text_format in _SERDES.items():
            if word in classes:
                return text_format
        raise NotImplementedError(
            f"The table {self.database}.{self.name} has neither a classification nor a SerDe that says "
            "what its files are: set its parameter classification to csv, json, parquet or orc."
        )


_TABLE_FORMATS = ("iceberg", "delta", "hudi")
# GlueCatalog and Athena write the first, Spark the second, crawlers the third.
_NAMES_OF_TABLE_FORMAT = ("table_type", "spark.sql.sources.provider", "classification")
_SERDES = {
    "parquet": "parquet",
    "orc": "orc",
    "json": "json",
    "avro": "avro",
    "xml": "xml",
    "csv": "csv",
    "lazysimple": "csv",
    "text": "csv",
}


class Catalog:
    """The Data Catalog of one account."""

    def __init__(self, catalog_id: str | None = None) -> None:
        self._own = {"CatalogId": catalog_id} if catalog_id else {}

    @cached_property
    def glue(self) -> Any:
        """Return the client."""
        return boto3.client("glue")

    def table(self, database: str, name: str) -> Table:
        """Return a table; names may stand in backticks, as in some of AWS's examples."""
        database, name = (text.strip("`").lower() for text in (database, name))
        definition = self.glue.get_table(DatabaseName=database, Name=name, **self._own)["Table"]
        return Table(database, name, definition)

    def column_types(self, database: str, name: str) -> dict[str, str]:
        """Return the types of a table's columns by their names in lower case."""
        table = self.table(database, name)
        return {column.lower(): kind for column, kind in {**table.columns, **table.partition_keys}.items()}

    def partitions(self, table: Table, expression: str = "") -> list[dict[str, Any]]:
        """Return a table's partitions, all or those that an expression of GetPartitions leaves."""
        pages = self.glue.get_paginator("get_partitions").paginate(
            DatabaseName=table.database,
            TableName=table.name,
            **({"Expression": expression} if expression else {}),
            ExcludeColumnSchema=True,
            **self._own,
        )
        return [partition for page in pages for partition in page["Partitions"]]
