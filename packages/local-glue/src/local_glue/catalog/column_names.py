"""Names of columns and partition keys: AWS stores them in lower case, as Hive does.

Members of a struct keep their case: they are part of a column's type.
"""

from collections import Counter

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json

_ICEBERG = "iceberg"


def in_lower_case(definition: Json) -> Json:
    """Return a TableInput or PartitionInput whose columns and partition keys are named as AWS stores them."""
    folded = dict(definition)
    storage = definition.get("StorageDescriptor")
    if storage and "Columns" in storage:
        folded["StorageDescriptor"] = {**storage, "Columns": _folded(storage["Columns"])}
    if "PartitionKeys" in definition:
        folded["PartitionKeys"] = _folded(definition["PartitionKeys"])
    return folded


def require_unique(table_input: Json) -> None:
    """Check that no two columns, and no two partition keys, would have one name.

    A column may be named like a partition key: crawlers make such tables. Those of Iceberg list the columns
    of all their schemas, in which a column may have been renamed to other case.

    Raises:
        InvalidInputException: two would; names them.
    """
    if table_input.get("Parameters", {}).get("table_type", "").lower() == _ICEBERG:
        return
    columns = table_input.get("StorageDescriptor", {}).get("Columns", [])
    for what, named in (("columns", columns), ("partition keys", table_input.get("PartitionKeys", []))):
        counts = Counter(one["Name"].lower() for one in named)
        repeated = [name for name, count in counts.items() if count > 1]
        if repeated:
            raise InvalidInputException(
                f"Names of {what} must be unique, whatever their case; found more than once: "
                f"{', '.join(repeated)}."
            )


def _folded(columns: list[Json]) -> list[Json]:
    return [{**column, "Name": column["Name"].lower()} for column in columns]
