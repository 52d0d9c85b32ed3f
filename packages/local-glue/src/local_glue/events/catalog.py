"""Events of changes to the Data Catalog: which operation, on which tables or partitions.

Those of a crawl are named like the operations that do the same.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from local_glue.api.glue_api_model import Json
from local_glue.events.crawls import Done
from local_glue.events.event import Event
from local_glue.store import Scope

_MOST_NAMES = 100  # in one event; more make more events

Values = Sequence[str]
Name = TypeVar("Name", str, Values)


def operation_events(scope: Scope, operation: str, params: Json, output: Json) -> list[Event]:
    """Return the events of an operation that succeeded; none of one that leaves the catalog as it is."""
    if operation in _OF_DATABASE:
        database, tables = _OF_DATABASE[operation](params)
        failed = {error.get("TableName") for error in output.get("Errors", [])}
        changed = [table for table in tables if table not in failed]
        is_left = bool(tables) and not changed
        return [] if is_left else database_changes(scope, operation, database, changed)

    if operation in _OF_TABLE:
        partitions = _OF_TABLE[operation](params)
        refused = [_refused_values(error) for error in output.get("Errors", [])]
        changed_partitions = [values for values in partitions if list(values) not in refused]
        is_left = bool(partitions) and not changed_partitions
        table = params.get("TableName") or params.get("TableInput", {}).get("Name") or params.get("Name", "")
        return (
            []
            if is_left
            else table_changes(scope, operation, params["DatabaseName"], table, changed_partitions)
        )
    return []


def crawl_events(scope: Scope, database: str, done: Done) -> list[Event]:
    """Return the events of what a crawl has done to the catalog."""
    events: list[Event] = []
    for action, operation in (("ADD", "CreateTable"), ("DELETE", "BatchDeleteTable")):
        if tables := done.get(("TABLE", action), []):
            events += database_changes(scope, operation, database, tables)

    for table in done.get(("TABLE", "UPDATE"), []):
        events += table_changes(scope, "UpdateTable", database, table, [])

    for action, verb in (("ADD", "Create"), ("UPDATE", "Update"), ("DELETE", "Delete")):
        of_tables: dict[str, list[Values]] = {}
        for name in done.get(("PARTITION", action), []):
            table, *values = name.split("/")
            of_tables.setdefault(table, []).append(values)
        for table, partitions in of_tables.items():
            events += table_changes(scope, f"Batch{verb}Partition", database, table, partitions)
    return events


def database_changes(scope: Scope, operation: str, database: str, tables: Sequence[str]) -> list[Event]:
    """Return the events of tables that come or go, or of a database without its tables."""
    return [
        Event(
            "Glue Data Catalog Database State Change",
            {
                "databaseName": database.lower(),
                "typeOfChange": operation,
                "changedTables": [name.lower() for name in some],
            },
            tuple(scope.arn(f"table/{database}/{name}".lower()) for name in some)
            or (scope.arn(f"database/{database}".lower()),),
        )
        for some in _some_at_once(tables)
    ]


def table_changes(
    scope: Scope, operation: str, database: str, table: str, partitions: Sequence[Values]
) -> list[Event]:
    """Return the events of a table whose definition or partitions change."""
    return [
        Event(
            "Glue Data Catalog Table State Change",
            {
                "databaseName": database.lower(),
                "changedPartitions": [f"[{', '.join(values)}]" for values in some],
                "typeOfChange": operation,
                "tableName": table.lower(),
            },
            (scope.arn(f"table/{database}/{table}".lower()),),
        )
        for some in _some_at_once(partitions)
    ]


def _some_at_once(names: Sequence[Name]) -> Iterable[Sequence[Name]]:
    return [names[start : start + _MOST_NAMES] for start in range(0, len(names), _MOST_NAMES)] or [()]


def _refused_values(error: Json) -> list[str]:
    return list(error.get("PartitionValues") or error.get("PartitionValueList") or [])


def _created_table(params: Json) -> tuple[str, list[str]]:
    return params["DatabaseName"], [params.get("TableInput", {}).get("Name") or params.get("Name", "")]


_OF_DATABASE: dict[str, Callable[[Json], tuple[str, list[str]]]] = {
    "CreateDatabase": lambda params: (params["DatabaseInput"]["Name"], []),
    "DeleteDatabase": lambda params: (params["Name"], []),
    "CreateTable": _created_table,
    "DeleteTable": lambda params: (params["DatabaseName"], [params["Name"]]),
    "BatchDeleteTable": lambda params: (params["DatabaseName"], params["TablesToDelete"]),
}
_OF_TABLE: dict[str, Callable[[Json], list[Values]]] = {
    "UpdateTable": lambda _: [],
    "CreatePartition": lambda params: [params["PartitionInput"].get("Values", [])],
    "UpdatePartition": lambda params: [params["PartitionValueList"]],
    "DeletePartition": lambda params: [params["PartitionValues"]],
    "BatchCreatePartition": lambda params: [part.get("Values", []) for part in params["PartitionInputList"]],
    "BatchUpdatePartition": lambda params: [part["PartitionValueList"] for part in params["Entries"]],
    "BatchDeletePartition": lambda params: [part["Values"] for part in params["PartitionsToDelete"]],
}
