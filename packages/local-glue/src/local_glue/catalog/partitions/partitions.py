"""Partitions of a table."""

import json

from local_glue.api.errors import AlreadyExistsException, EntityNotFoundException, InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.catalog.column_names import in_lower_case
from local_glue.catalog.keys import PARTITION, STATISTICS, partition_key, table_key
from local_glue.store import Documents


def list_partitions(documents: Documents, table: Json) -> list[Json]:
    """Return a table's partitions, oldest first."""
    return documents.all(PARTITION, parent=table_key(table["DatabaseName"], table["Name"]))


def list_values(documents: Documents, table: Json) -> dict[str, list[str]]:
    """Return the values of a table's partitions by their JSON, without reading the partitions."""
    parent = table_key(table["DatabaseName"], table["Name"])
    texts = [name.removeprefix(f"{parent}/") for name in documents.names(PARTITION, parent)]
    return {text: json.loads(text) for text in texts}


def find_partition(documents: Documents, table: Json, values: list[str]) -> Json:
    """Return a partition.

    Raises:
        EntityNotFoundException: there is no such partition.
    """
    partition = documents.get(PARTITION, partition_key(table, values))
    if partition is None:
        raise EntityNotFoundException("Cannot find partition.")
    return partition


def add_partition(documents: Documents, table: Json, partition_input: Json, now: float) -> None:
    """Store a new partition.

    Raises:
        InvalidInputException: its values are more or fewer than the table's keys.
        AlreadyExistsException: there is one with these values.
    """
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


def replace_partition(
    documents: Documents, table: Json, values: list[str], partition_input: Json, now: float
) -> None:
    """Replace a partition; other values in the input move it.

    Raises:
        EntityNotFoundException: there is no such partition.
        InvalidInputException: there is one where it would move to.
    """
    find_partition(documents, table, values)
    changed = {"Values": values, **partition_input}
    if changed["Values"] == values:
        put_partition(documents, table, changed, now)
    elif documents.get(PARTITION, partition_key(table, changed["Values"])):
        # The API reference gives this operation no AlreadyExistsException.
        raise InvalidInputException("Partition already exists.")
    else:
        add_partition(documents, table, changed, now)
        remove_partition(documents, table, values)


def remove_partition(documents: Documents, table: Json, values: list[str]) -> None:
    """Remove a partition.

    Raises:
        EntityNotFoundException: there is no such partition.
    """
    documents.delete_children(STATISTICS, partition_key(table, values))
    if not documents.delete(PARTITION, partition_key(table, values)):
        raise EntityNotFoundException("Cannot find partition.")
