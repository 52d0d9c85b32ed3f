"""Partition indexes of tables. Partitions are found without one here; what AWS asks of them holds as well.

Source: "Partition indexes" in the Glue developer guide. Making and removing one takes AWS a while, in which
the table's other indexes can't be changed; here it takes a second.
"""

from local_glue.api.errors import (
    AlreadyExistsException,
    EntityNotFoundException,
    InvalidInputException,
    ResourceNumberLimitExceededException,
)
from local_glue.api.glue_api_model import Json
from local_glue.catalog.keys import PARTITION_INDEX, table_key
from local_glue.store import Documents

_MOST = 3
_SECONDS = 1.0


def indexes(documents: Documents, table: Json, now: float) -> list[Json]:
    """Return a table's indexes as they are now, by name."""
    parent = table_key(table["DatabaseName"], table["Name"])
    found = documents.all(PARTITION_INDEX, parent=parent)
    alive = [one for one in found if now < one.get("DeletedAt", now) + _SECONDS]
    return sorted(
        ({**one, "IndexStatus": _status(one, now)} for one in alive), key=lambda one: one["IndexName"]
    )


def create(documents: Documents, table: Json, wanted: list[Json], now: float) -> None:
    """Add indexes, or raise for the first one that can't be."""
    _require_none_in_progress(documents, table, now)
    for one in wanted:
        _create(documents, table, one, now)


def delete(documents: Documents, table: Json, name: str, now: float) -> None:
    """Begin to remove an index; one still in the making can't be removed.

    Raises:
        EntityNotFoundException: there is no such index.
    """
    for one in indexes(documents, table, now):
        if one["IndexName"] == name and one["IndexStatus"] == "ACTIVE":
            _require_none_in_progress(documents, table, now)
            _put(documents, table, {**one, "DeletedAt": now})
            return
    raise EntityNotFoundException(f"Index with the given indexName : {name} does not exist.")


def _create(documents: Documents, table: Json, wanted: Json, now: float) -> None:
    types = {key["Name"].lower(): key.get("Type", "string") for key in table["PartitionKeys"]}
    names = [name.lower() for name in wanted["Keys"]]
    if unknown := [name for name in names if name not in types]:
        raise InvalidInputException(
            f"IndexKeys not a part of PartitionColumns. Verify the indexKeys : [{', '.join(unknown)}]"
        )

    others = indexes(documents, table, now)
    if len(others) >= _MOST:
        raise ResourceNumberLimitExceededException(f"Partition index limit exceeded. Maximum: {_MOST}")

    for other in others:
        same = "name" if other["IndexName"] == wanted["IndexName"] else "keys"
        if same == "name" or [key["Name"] for key in other["Keys"]] == names:
            raise AlreadyExistsException(
                f"Partition Index {other['IndexName']} already exists with the same {same}."
            )

    keys = [{"Name": name, "Type": types[name]} for name in names]
    _put(documents, table, {"IndexName": wanted["IndexName"], "Keys": keys, "CreatedAt": now})


def _require_none_in_progress(documents: Documents, table: Json, now: float) -> None:
    for one in indexes(documents, table, now):
        if one["IndexStatus"] != "ACTIVE":
            raise ResourceNumberLimitExceededException(
                f"Index {one['IndexName']} is in {one['IndexStatus']} state. "
                "Only 1 index can be created or deleted simultaneously per table."
            )


def _status(index: Json, now: float) -> str:
    if "DeletedAt" in index:
        return "DELETING"
    return "ACTIVE" if now >= index["CreatedAt"] + _SECONDS else "CREATING"


def _put(documents: Documents, table: Json, index: Json) -> None:
    parent = table_key(table["DatabaseName"], table["Name"])
    documents.put(PARTITION_INDEX, f"{parent}/{index['IndexName']}", index, parent=parent)
