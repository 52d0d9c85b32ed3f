"""Column statistics of tables and partitions: stored as given, given as stored.

Source: "Column statistics API" in the Glue API reference. An owner is the key of a table or partition.
"""

from local_glue.api.errors import EntityNotFoundException
from local_glue.api.glue_api_model import Json
from local_glue.catalog.keys import PARTITION, STATISTICS, partition_key, table_key
from local_glue.catalog.tables.tables import find_table
from local_glue.store import Documents


def table_owner(documents: Documents, params: Json) -> tuple[str, set[str]]:
    """Return the key of the table that a request names, and its columns."""
    table = find_table(documents, params["DatabaseName"], params["TableName"])
    return table_key(table["DatabaseName"], table["Name"]), _columns(table)


def partition_owner(documents: Documents, params: Json) -> tuple[str, set[str]]:
    """Return the key of the partition that a request names, and the columns of its table.

    Raises:
        EntityNotFoundException: there is no such partition.
    """
    table = find_table(documents, params["DatabaseName"], params["TableName"])
    values = params["PartitionValues"]
    key = partition_key(table, values)
    if documents.get(PARTITION, key) is None:  # other words than GetPartition has for it
        raise EntityNotFoundException(f"Partition [{', '.join(values)}] not found")
    return key, _columns(table)


def update(documents: Documents, owner: tuple[str, set[str]], found: list[Json]) -> Json:
    """Store statistics; tell column by column what is none of the table's."""
    key, columns = owner
    errors = []
    for one in found:
        if one["ColumnName"].lower() in columns:
            documents.put(STATISTICS, _name(key, one["ColumnName"]), one, parent=key)
        else:
            error = EntityNotFoundException(f"Column {one['ColumnName']} not found.")
            errors.append({"ColumnStatistics": one, "Error": error.detail})
    return {"Errors": errors}


def get(documents: Documents, owner: tuple[str, set[str]], columns: list[str]) -> Json:
    """Return the statistics that there are; tell column by column which are not."""
    found = {column: documents.get(STATISTICS, _name(owner[0], column)) for column in columns}
    return {
        "ColumnStatisticsList": [one for one in found.values() if one],
        "Errors": [
            {"ColumnName": column, "Error": _missing().detail} for column, one in found.items() if not one
        ],
    }


def delete(documents: Documents, owner: tuple[str, set[str]], column: str) -> Json:
    """Remove a column's statistics.

    Raises:
        EntityNotFoundException: there are none.
    """
    if not documents.delete(STATISTICS, _name(owner[0], column)):
        raise _missing()
    return {}


def _columns(table: Json) -> set[str]:
    columns = [*table.get("StorageDescriptor", {}).get("Columns", []), *table["PartitionKeys"]]
    return {column["Name"].lower() for column in columns}


def _name(key: str, column: str) -> str:
    return f"{key}#{column.lower()}"


def _missing() -> EntityNotFoundException:
    return EntityNotFoundException("Statistics do not exist for this column")
