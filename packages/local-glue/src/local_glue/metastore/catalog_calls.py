"""What each call of Hive's metastore does: calls to the Glue API, as Glue's own client in Spark does."""

# ruff: noqa: D102 - the calls are named and described by Hive

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_glue.api.glue_api_model import Json
from local_glue.metastore.data_folders import DataFolders
from local_glue.metastore.translation import (
    glue_database,
    glue_partition,
    glue_table,
    hive_database,
    hive_partition,
    hive_table,
    partition_name,
    partition_values,
)

# Glue's codes, as Hive calls them; all else is a MetaException.
_FAILURES = {
    "EntityNotFoundException": "NoSuchObjectException",
    "AlreadyExistsException": "AlreadyExistsException",
    "InvalidInputException": "InvalidObjectException",
}

_TEXTS = re.compile(r"""'[^']*'|"([^"]*)\"""")
# SerDes of text files that know no names of columns.
_READ_BY_POSITION = ("LazySimpleSerDe", "OpenCSVSerde", "RegexSerDe", "GrokSerDe", "MultiDelimitSerDe")
# What these add to a call's arguments means nothing to Glue.
_VARIANTS = ("_with_auth", "_with_environment_context")


class MetastoreError(Exception):
    """A call failed: Hive's name for it, and why."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name


class CatalogCalls:
    """One method for each call, named as it is without what makes it a variant; structs are dicts."""

    def __init__(self, glue: Any, s3: Any) -> None:
        self._glue = glue
        self._data = DataFolders(s3)

    def call(self, name: str, arguments: Json) -> Any:
        """Do a call.

        Raises:
            MetastoreError: it failed; as Hive's own metastore would say it.
        """
        for variant in _VARIANTS:
            name = name.removesuffix(variant)
        method: Callable[..., Any] = getattr(self, name)
        try:
            return method(arguments)
        except ClientError as error:
            found = error.response["Error"]
            raise MetastoreError(
                _FAILURES.get(found["Code"], "MetaException"),
                f"{found['Message']} (Service: Glue, Error Code: {found['Code']})",
            ) from error
        except BotoCoreError as error:
            raise MetastoreError("MetaException", str(error)) from error

    def get_all_databases(self, _: Json) -> list[str]:
        pages = self._glue.get_paginator("get_databases").paginate()
        return [database["Name"] for page in pages for database in page["DatabaseList"]]

    def get_databases(self, asked: Json) -> list[str]:
        return _matching(self.get_all_databases(asked), asked["pattern"])

    def get_database(self, asked: Json) -> Json:
        return hive_database(self._glue.get_database(Name=asked["name"])["Database"])

    def create_database(self, asked: Json) -> None:
        self._glue.create_database(DatabaseInput=glue_database(asked["database"]))
        self._data.make(asked["database"].get("locationUri"))

    def alter_database(self, asked: Json) -> None:
        self._glue.update_database(Name=asked["dbname"], DatabaseInput=glue_database(asked["db"]))

    def drop_database(self, asked: Json) -> None:
        tables = self._tables(asked["name"])
        if tables and not asked.get("cascade"):
            raise MetastoreError("InvalidOperationException", f"Database {asked['name']} is not empty.")
        for table in tables:
            self._drop(table, deletes_data=asked.get("deleteData", False))
        self._glue.delete_database(Name=asked["name"])

    def get_all_tables(self, asked: Json) -> list[str]:
        return [table["Name"] for table in self._tables(asked["db_name"])]

    def get_tables(self, asked: Json) -> list[str]:
        return _matching(self.get_all_tables(asked), asked["pattern"])

    def get_tables_by_type(self, asked: Json) -> list[str]:
        wanted = asked["tableType"]
        tables = [t["Name"] for t in self._tables(asked["db_name"]) if t.get("TableType") == wanted]
        return _matching(tables, asked["pattern"])

    def get_table(self, asked: Json) -> Json:
        return _readable(self._table(asked["dbname"], asked["tbl_name"]))

    def get_table_req(self, asked: Json) -> Json:
        return {"table": _readable(self._table(asked["req"]["dbName"], asked["req"]["tblName"]))}

    def get_table_objects_by_name(self, asked: Json) -> list[Json]:
        return self._named(asked["dbname"], asked["tbl_names"])

    def get_table_objects_by_name_req(self, asked: Json) -> Json:
        return {"tables": self._named(asked["req"]["dbName"], asked["req"]["tblNames"])}

    def create_table(self, asked: Json) -> None:
        """As Hive does: give the table its location, make the folder, then store the table."""
        table = self._with_location(asked["tbl"])
        location = table.get("sd", {}).get("location")
        _refuse_local(table)

        is_new = self._data.make(location)
        try:
            self._glue.create_table(DatabaseName=table["dbName"], TableInput=glue_table(table))
        except (ClientError, BotoCoreError):
            if is_new:
                self._data.delete(location)
            raise

    def alter_table(self, asked: Json) -> None:
        if asked["new_tbl"]["tableName"].lower() != asked["tbl_name"].lower():
            raise MetastoreError("InvalidOperationException", "Table rename is not supported")
        self._glue.update_table(DatabaseName=asked["dbname"], TableInput=glue_table(asked["new_tbl"]))

    def drop_table(self, asked: Json) -> None:
        table = self._table(asked["dbname"], asked["name"])
        self._drop(table, deletes_data=asked.get("deleteData", False))

    def get_partitions(self, asked: Json) -> list[Json]:
        return _at_most(asked, self._partitions(asked))

    def get_partitions_ps(self, asked: Json) -> list[Json]:
        """Those with some of the values: an empty text stands for any."""
        wanted = asked["part_vals"]
        return _at_most(asked, (p for p in self._partitions(asked) if _fits(p["values"], wanted)))

    def get_partitions_by_filter(self, asked: Json) -> list[Json]:
        """Glue's expressions are Hive's filters, but for the quotes of texts."""
        expression = _TEXTS.sub(_single_quoted, asked["filter"])
        return _at_most(asked, self._partitions(asked, Expression=expression))

    def get_partitions_by_names(self, asked: Json) -> list[Json]:
        wanted = [partition_values(name) for name in asked["names"]]
        return [p for p in self._partitions(asked) if p["values"] in wanted]

    def get_partition_names(self, asked: Json) -> list[str]:
        return self._names(asked, self.get_partitions(asked))

    def get_partition_names_ps(self, asked: Json) -> list[str]:
        return self._names(asked, self.get_partitions_ps(asked))

    def get_partition(self, asked: Json) -> Json:
        answer = self._glue.get_partition(
            DatabaseName=asked["db_name"], TableName=asked["tbl_name"], PartitionValues=asked["part_vals"]
        )
        return hive_partition(answer["Partition"])

    def add_partitions(self, asked: Json) -> int:
        for part in asked["new_parts"]:
            self._add(part)
        return len(asked["new_parts"])

    def add_partitions_req(self, asked: Json) -> Json:
        request = asked["request"]
        for part in request["parts"]:
            try:
                self._add(part)
            except self._glue.exceptions.AlreadyExistsException:
                if not request.get("ifNotExists"):
                    raise
        return {"partitions": request["parts"]}

    def add_partition(self, asked: Json) -> Json:
        self._add(asked["new_part"])
        part: Json = asked["new_part"]
        return part

    def alter_partition(self, asked: Json) -> None:
        self._alter(asked, [asked["new_part"]])

    def alter_partitions(self, asked: Json) -> None:
        self._alter(asked, asked["new_parts"])

    def drop_partition(self, asked: Json) -> bool:
        names = {"DatabaseName": asked["db_name"], "TableName": asked["tbl_name"]}
        partition = self._glue.get_partition(**names, PartitionValues=asked["part_vals"])["Partition"]
        self._glue.delete_partition(**names, PartitionValues=asked["part_vals"])
        if asked.get("deleteData") and _is_managed(self._table(asked["db_name"], asked["tbl_name"])):
            self._data.delete(partition.get("StorageDescriptor", {}).get("Location"))
        return True

    def get_all_functions(self, _: Json) -> Json:
        """Those of the catalog are not handed to Spark: what needs one fails by its name."""
        return {"functions": []}

    def get_functions(self, _: Json) -> list[str]:
        return []

    def get_function(self, asked: Json) -> Json:
        raise MetastoreError(
            "NoSuchObjectException", f"Function {asked['dbName']}.{asked['funcName']} does not exist"
        )

    def set_ugi(self, asked: Json) -> list[str]:
        groups: list[str] = asked.get("group_names", [])
        return groups

    def getMetaConf(self, _: Json) -> str:  # noqa: N802 - Hive's name
        return ""

    def _table(self, database: str, name: str) -> Json:
        table: Json = self._glue.get_table(DatabaseName=database, Name=name)["Table"]
        return table

    def _tables(self, database: str) -> list[Json]:
        pages = self._glue.get_paginator("get_tables").paginate(DatabaseName=database)
        return [table for page in pages for table in page["TableList"]]

    def _named(self, database: str, names: list[str]) -> list[Json]:
        return [hive_table(table) for table in self._tables(database) if table["Name"] in names]

    def _partitions(self, asked: Json, **options: Any) -> Iterator[Json]:
        pages = self._glue.get_paginator("get_partitions").paginate(
            DatabaseName=asked["db_name"], TableName=asked["tbl_name"], **options
        )
        return (hive_partition(partition) for page in pages for partition in page["Partitions"])

    def _names(self, asked: Json, partitions: Iterable[Json]) -> list[str]:
        table = self._table(asked["db_name"], asked["tbl_name"])
        keys = [key["Name"] for key in table.get("PartitionKeys", [])]
        return [partition_name(keys, partition["values"]) for partition in partitions]

    def _with_location(self, table: Json) -> Json:
        """Return the table with a location: its database's folder `<LocationUri>/<table>`, if it has none.

        Spark leaves the choice to the metastore for every managed table of a data source. Views have no data.
        """
        storage = table.get("sd", {})
        if storage.get("location") or table.get("tableType") == "VIRTUAL_VIEW":
            return table
        database = self._glue.get_database(Name=table["dbName"])["Database"]
        if not database.get("LocationUri"):
            raise MetastoreError(
                "InvalidObjectException",
                f"Table {table['dbName']}.{table['tableName']} has no location and neither has its database: "
                "give the table a path, or its database a location, on S3.",
            )
        location = f"{database['LocationUri'].rstrip('/')}/{table['tableName'].lower()}"
        return {**table, "sd": {**storage, "location": location}}

    def _add(self, part: Json) -> None:
        if not part.get("sd", {}).get("location"):
            part["sd"] = {**part.get("sd", {}), "location": self._partition_location(part)}
        self._glue.create_partition(
            DatabaseName=part["dbName"], TableName=part["tableName"], PartitionInput=glue_partition(part)
        )
        self._data.make(part.get("sd", {}).get("location"))

    def _partition_location(self, part: Json) -> str | None:
        table = self._table(part["dbName"], part["tableName"])
        keys = [key["Name"] for key in table.get("PartitionKeys", [])]
        parent = table.get("StorageDescriptor", {}).get("Location")
        return f"{parent.rstrip('/')}/{partition_name(keys, part['values'])}" if parent else None

    def _alter(self, asked: Json, parts: list[Json]) -> None:
        for part in parts:
            self._glue.update_partition(
                DatabaseName=asked["db_name"],
                TableName=asked["tbl_name"],
                PartitionValueList=part["values"],
                PartitionInput=glue_partition(part),
            )

    def _drop(self, table: Json, *, deletes_data: bool) -> None:
        self._glue.delete_table(DatabaseName=table["DatabaseName"], Name=table["Name"])
        if deletes_data and _is_managed(table):
            self._data.delete(table.get("StorageDescriptor", {}).get("Location"))


def _single_quoted(text: re.Match[str]) -> str:
    return text[0] if text[1] is None else "'" + text[1].replace("'", "''") + "'"


def _matching(names: list[str], pattern: str) -> list[str]:
    """Hive's patterns: `*` is any text, `|` separates more of them."""
    expression = "|".join(f"(?:{part.replace('*', '.*')})" for part in pattern.split("|"))
    return [name for name in names if re.fullmatch(expression, name, re.IGNORECASE)]


def _at_most(asked: Json, partitions: Iterator[Json]) -> list[Json]:
    """Return as many as a call wants, a negative number for all."""
    most = asked.get("max_parts", -1)
    return list(partitions) if most < 0 else list(islice(partitions, most))


def _fits(values: list[str], wanted: list[str]) -> bool:
    return all(want in ("", value) for value, want in zip(values, wanted, strict=False))


def _readable(table: Json) -> Json:
    """Translate a table for Spark; raise MetastoreError for one whose values it would read shifted.

    Spark takes columns that are named like a partition key out of the table, and then reads text files by
    the position of those that are left.
    """
    storage = table.get("StorageDescriptor", {})
    serde = storage.get("SerdeInfo", {}).get("SerializationLibrary", "")
    keys = {key["Name"].lower() for key in table.get("PartitionKeys", [])}
    repeated = [column["Name"] for column in storage.get("Columns", []) if column["Name"].lower() in keys]
    if repeated and serde.endswith(_READ_BY_POSITION):
        raise MetastoreError(
            "MetaException",
            f"Table {table['DatabaseName']}.{table['Name']} has duplicate columns: {', '.join(repeated)} of "
            "its files is a partition key, too, and Spark would read shifted values (Athena says "
            "HIVE_INVALID_METADATA). Rename the partition key, or read the files by spark.read.csv.",
        )
    return hive_table(table)


def _refuse_local(table: Json) -> None:
    """A table outlives the run, and a folder of this machine does not."""
    location = table.get("sd", {}).get("location") or ""
    if location.startswith("file:"):
        raise MetastoreError(
            "InvalidObjectException",
            f"Table {table['dbName']}.{table['tableName']} would be in {location}, which goes with the run: "
            "give the table a path, or its database a location, on S3.",
        )


def _is_managed(table: Json) -> bool:
    return table.get("TableType") == "MANAGED_TABLE"
