"""The Data Catalog: databases, tables and partitions, as the catalog operations and crawlers see it.

Names are folded to lower case, as AWS does for compatibility with Hive.
"""

import json

from local_service.errors import AlreadyExistsException, EntityNotFoundException, InvalidInputException
from local_service.model import Json, project, shape
from local_service.store import Documents

DATABASE, TABLE, PARTITION = "database", "table", "partition"


def find_database(documents: Documents, name: str) -> Json:
    """Give a database, or raise EntityNotFoundException."""
    database = documents.get(DATABASE, name.lower())
    if database is None:
        raise EntityNotFoundException(f"Database {name.lower()} not found.")
    return database


def put_database(documents: Documents, database_input: Json, now: float) -> None:
    """Store a database; one that exists keeps its creation time."""
    name = database_input["Name"].lower()
    former = documents.get(DATABASE, name) or {}
    body = {**database_input, "Name": name, "CreateTime": former.get("CreateTime", now)}
    body["CatalogId"] = documents.scope.account
    documents.put(DATABASE, name, body)


def delete_database(documents: Documents, name: str) -> None:
    """Remove a database with its tables and partitions."""
    for table in documents.all(TABLE, parent=name.lower()):
        delete_table(documents, name, table["Name"])
    documents.delete(DATABASE, name.lower())


def find_table(documents: Documents, database: str, name: str) -> Json:
    """Give a table, or raise EntityNotFoundException for it or its database."""
    table = documents.get(TABLE, table_key(database, name))
    if table is None:
        find_database(documents, database)
        raise EntityNotFoundException(f"Table {name.lower()} not found.")
    return table


def put_table(documents: Documents, database: str, table_input: Json, now: float) -> Json:
    """Store a table; one that exists keeps its creation time and gets the next version."""
    database, name = database.lower(), table_input["Name"].lower()
    former = documents.get(TABLE, table_key(database, name))
    table = {
        "Retention": 0,
        "PartitionKeys": [],
        "Parameters": {},
        **table_input,
        "Name": name,
        "DatabaseName": database,
        "CreateTime": former["CreateTime"] if former else now,
        "UpdateTime": now,
        "CatalogId": documents.scope.account,
        "CreatedBy": f"arn:aws:iam::{documents.scope.account}:root",
        "IsRegisteredWithLakeFormation": False,
        "VersionId": str(int(former["VersionId"]) + 1) if former else "0",
    }
    documents.put(TABLE, table_key(database, name), table, parent=database)
    return table


def delete_table(documents: Documents, database: str, name: str) -> bool:
    """Remove a table with its partitions; tell whether there was one."""
    key = table_key(database, name)
    documents.delete_children(PARTITION, key)
    return documents.delete(TABLE, key)


def partitions(documents: Documents, table: Json) -> list[Json]:
    """Give a table's partitions, oldest first."""
    return documents.all(PARTITION, parent=table_key(table["DatabaseName"], table["Name"]))


def find_partition(documents: Documents, table: Json, values: list[str]) -> Json:
    """Give a partition, or raise EntityNotFoundException."""
    partition = documents.get(PARTITION, _partition_key(table, values))
    if partition is None:
        raise EntityNotFoundException("Cannot find partition.")
    return partition


def create_partition(documents: Documents, table: Json, partition_input: Json, now: float) -> None:
    """Store a partition that must be new."""
    values = partition_input.get("Values", [])
    keys = table.get("PartitionKeys", [])
    if len(values) != len(keys):
        raise InvalidInputException(
            "The number of partition keys do not match the number of partition values: "
            f"{len(keys)} and {len(values)}"
        )
    if documents.get(PARTITION, _partition_key(table, values)):
        raise AlreadyExistsException("Partition already exists.")
    put_partition(documents, table, partition_input, now)


def put_partition(documents: Documents, table: Json, partition_input: Json, now: float) -> None:
    """Store a partition; one that exists keeps its creation time."""
    key = _partition_key(table, partition_input["Values"])
    former = documents.get(PARTITION, key) or {}
    body = {
        **partition_input,
        "DatabaseName": table["DatabaseName"],
        "TableName": table["Name"],
        "CreationTime": former.get("CreationTime", now),
        "CatalogId": documents.scope.account,
    }
    documents.put(PARTITION, key, body, parent=table_key(table["DatabaseName"], table["Name"]))


def delete_partition(documents: Documents, table: Json, values: list[str]) -> None:
    """Remove a partition, or raise EntityNotFoundException."""
    if not documents.delete(PARTITION, _partition_key(table, values)):
        raise EntityNotFoundException("Cannot find partition.")


def shown(document: Json, shape_name: str) -> Json:
    """Give what the API answers for a `Database`, `Table` or `Partition`."""
    return project(document, shape(shape_name))


def table_key(database: str, name: str) -> str:
    """Give the key under which a table is stored."""
    return f"{database.lower()}/{name.lower()}"


def _partition_key(table: Json, values: list[str]) -> str:
    return f"{table_key(table['DatabaseName'], table['Name'])}/{json.dumps(values)}"
