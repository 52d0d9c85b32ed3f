"""The Data Catalog: databases, tables, their versions and partitions, as operations and crawlers see it.

Names are folded to lower case, as AWS does for compatibility with Hive.
"""

import json

from local_glue.api.errors import AlreadyExistsException, EntityNotFoundException, InvalidInputException
from local_glue.api.glue_api_model import Json, project, shape
from local_glue.api.names import key_of
from local_glue.catalog import resource_links
from local_glue.catalog.column_names import in_lower_case
from local_glue.store import Documents

DATABASE, TABLE, PARTITION = "database", "table", "partition"
VERSION, STATISTICS, PARTITION_INDEX = "table_version", "column_statistics", "partition_index"
FUNCTION = "function"
# What an account has that does not use Lake Formation's permissions: IAM alone decides.
_DEFAULT_PERMISSIONS = [
    {"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}
]
# AWS answers these of every storage descriptor.
_STORAGE_DEFAULTS = {"Compressed": False, "NumberOfBuckets": 0, "StoredAsSubDirectories": False}


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
    body = {
        "CreateTableDefaultPermissions": _DEFAULT_PERMISSIONS,
        **database_input,
        "Name": name,
        "CreateTime": former.get("CreateTime", now),
        "CatalogId": documents.scope.account,
    }
    documents.put(DATABASE, name, body)


def delete_database(documents: Documents, name: str) -> None:
    """Remove a database with its functions, tables and partitions."""
    documents.delete_children(FUNCTION, name.lower())
    for table in documents.all(TABLE, parent=name.lower()):
        delete_table(documents, name, table["Name"])
    documents.delete(DATABASE, name.lower())


def resolve_database(documents: Documents, name: str) -> Json:
    """Give the database that holds the tables: of a link, the one that it means."""
    return resource_links.follow(documents, DATABASE, find_database(documents, name))


def find_table(documents: Documents, database: str, name: str) -> Json:
    """Give a table, of a link the one that it means, or raise EntityNotFoundException."""
    return resource_links.follow(documents, TABLE, find_entry(documents, database, name))


def find_entry(documents: Documents, database: str, name: str) -> Json:
    """Give a table or the link that stands for it, or raise EntityNotFoundException."""
    found = documents.get(TABLE, table_key(database, name))
    if found is None:
        holder = resolve_database(documents, database)["Name"]
        found = documents.get(TABLE, table_key(holder, name))
    if found is None:
        raise EntityNotFoundException(f"Table {name.lower()} not found.")
    return found


def put_table(
    documents: Documents, database: str, table_input: Json, now: float, *, skip_archive: bool = False
) -> Json:
    """Store a table; one that exists keeps its creation time, gets the next version, and is archived."""
    database, name = database.lower(), table_input["Name"].lower()
    former = documents.get(TABLE, table_key(database, name))
    if former and not skip_archive:
        archived = f"{table_key(database, name)}/{former['VersionId']}"
        documents.put(VERSION, archived, former, parent=table_key(database, name))
    table = {
        "Retention": 0,
        "PartitionKeys": [],
        "Parameters": {},
        **in_lower_case(table_input),
        "Name": name,
        "DatabaseName": database,
        "CreateTime": former["CreateTime"] if former else now,
        "UpdateTime": now,
        "CatalogId": documents.scope.account,
        "CreatedBy": documents.scope.user,
        "IsRegisteredWithLakeFormation": False,
        "IsMultiDialectView": False,
        "VersionId": str(int(former["VersionId"]) + 1) if former else "0",
    }
    documents.put(TABLE, table_key(database, name), table, parent=database)
    return table


def delete_table(documents: Documents, database: str, name: str) -> bool:
    """Remove a table with its versions, partitions and indexes; tell whether there was one."""
    key = table_key(database, name)
    for partition in documents.all(PARTITION, parent=key):
        documents.delete_children(STATISTICS, f"{key}/{json.dumps(partition['Values'])}")
    for kind in (PARTITION, VERSION, STATISTICS, PARTITION_INDEX):
        documents.delete_children(kind, key)
    return documents.delete(TABLE, key)


def table_versions(documents: Documents, table: Json) -> list[Json]:
    """Give the table as it is and as it was, newest first."""
    archived = documents.all(VERSION, parent=table_key(table["DatabaseName"], table["Name"]))
    return sorted([table, *archived], key=lambda version: int(version["VersionId"]), reverse=True)


def find_table_version(documents: Documents, table: Json, version_id: str) -> Json:
    """Give a table as it was in a version, or raise EntityNotFoundException."""
    if version_id == table["VersionId"]:
        return table
    version = documents.get(VERSION, f"{table_key(table['DatabaseName'], table['Name'])}/{version_id}")
    if version is None:
        raise EntityNotFoundException("Version not found.")
    return version


def delete_table_version(documents: Documents, table: Json, version_id: str) -> None:
    """Remove an archived version, or raise EntityNotFoundException; the table as it is now stays."""
    find_table_version(documents, table, version_id)
    if version_id == table["VersionId"]:
        raise InvalidInputException(
            f"Version {version_id} is the table as it is: delete the table, or an older version."
        )
    documents.delete(VERSION, f"{table_key(table['DatabaseName'], table['Name'])}/{version_id}")


def partitions(documents: Documents, table: Json) -> list[Json]:
    """Give a table's partitions, oldest first."""
    return documents.all(PARTITION, parent=table_key(table["DatabaseName"], table["Name"]))


def find_partition(documents: Documents, table: Json, values: list[str]) -> Json:
    """Give a partition, or raise EntityNotFoundException."""
    partition = documents.get(PARTITION, partition_key(table, values))
    if partition is None:
        raise EntityNotFoundException("Cannot find partition.")
    return partition


def create_partition(documents: Documents, table: Json, partition_input: Json, now: float) -> None:
    """Store a partition that must be new."""
    values = partition_input.get("Values", [])
    keys = table.get("PartitionKeys", [])
    if len(values) != len(keys):
        raise InvalidInputException(
            "The number of partition keys do not match the number of partition values"
        )
    if documents.get(PARTITION, partition_key(table, values)):
        raise AlreadyExistsException("Partition already exists.")
    put_partition(documents, table, partition_input, now)


def put_partition(documents: Documents, table: Json, partition_input: Json, now: float) -> None:
    """Store a partition; one that exists keeps its creation time."""
    values = partition_input.get("Values", [])
    key = partition_key(table, values)
    former = documents.get(PARTITION, key) or {}
    body = {
        **in_lower_case(partition_input),
        "Values": values,
        "DatabaseName": table["DatabaseName"],
        "TableName": table["Name"],
        "CreationTime": former.get("CreationTime", now),
        "CatalogId": documents.scope.account,
    }
    documents.put(PARTITION, key, body, parent=table_key(table["DatabaseName"], table["Name"]))


def update_partition(
    documents: Documents, table: Json, values: list[str], partition_input: Json, now: float
) -> None:
    """Replace a partition, or raise EntityNotFoundException; other values in the input move it."""
    find_partition(documents, table, values)
    changed = {"Values": values, **partition_input}
    if changed["Values"] == values:
        put_partition(documents, table, changed, now)
    elif documents.get(PARTITION, partition_key(table, changed["Values"])):
        # The API reference gives this operation no AlreadyExistsException.
        raise InvalidInputException("Partition already exists.")
    else:
        create_partition(documents, table, changed, now)
        delete_partition(documents, table, values)


def delete_partition(documents: Documents, table: Json, values: list[str]) -> None:
    """Remove a partition, or raise EntityNotFoundException."""
    documents.delete_children(STATISTICS, partition_key(table, values))
    if not documents.delete(PARTITION, partition_key(table, values)):
        raise EntityNotFoundException("Cannot find partition.")


def shown(document: Json, shape_name: str, attributes: list[str] | None = None) -> Json:
    """Give what the API answers for a `Database`, `Table` or `Partition`, or only some attributes of it."""
    answer = project(document, shape(shape_name))
    if attributes:
        return {name: answer[name] for name in attributes if name in answer}
    if "StorageDescriptor" in answer:
        answer["StorageDescriptor"] = _STORAGE_DEFAULTS | answer["StorageDescriptor"]
    return answer


def attributes(params: Json, names: dict[str, str]) -> list[str]:
    """Give the members that `AttributesToGet` of a listing asks for; none of them means all."""
    wanted = params.get("AttributesToGet")
    if wanted is not None and ("NAME" not in wanted or not names.keys() >= set(wanted)):
        raise InvalidInputException(
            f"AttributesToGet must be NAME, alone or with {', '.join(names.keys() - {'NAME'})}."
        )
    return [names[name] for name in wanted or []]


def table_key(database: str, name: str) -> str:
    """Give the key under which a table is stored."""
    return key_of(database, name)


def partition_key(table: Json, values: list[str]) -> str:
    """Give the key under which a partition is stored."""
    return f"{table_key(table['DatabaseName'], table['Name'])}/{json.dumps(values)}"
