"""SearchTables: find tables of all databases by what is in their definition."""

from collections.abc import Callable

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.api.paging import page
from local_glue.api.request_context import RequestContext
from local_glue.catalog.keys import TABLE, table_key
from local_glue.catalog.responses import to_response

_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "EQUALS": lambda one, other: one == other,
    "GREATER_THAN": lambda one, other: one > other,
    "LESS_THAN": lambda one, other: one < other,
    "GREATER_THAN_EQUALS": lambda one, other: one >= other,
    "LESS_THAN_EQUALS": lambda one, other: one <= other,
}
_PROPERTIES = {"databasename": "DatabaseName", "name": "Name", "owner": "Owner", "createtime": "CreateTime"}
_PROPERTIES |= {"updatetime": "UpdateTime", "tabletype": "TableType", "description": "Description"}


def search_tables(context: RequestContext, params: Json) -> Json:
    """Return the tables that hold the search text and pass all filters, by name or as SortCriteria say."""
    tables = [table for table in context.documents.all_of_kind(TABLE) if _matches(table, params)]
    tables.sort(key=lambda table: table_key(table["DatabaseName"], table["Name"]))
    for criterion in params.get("SortCriteria", []):
        name = _property(criterion.get("FieldName", "name"))
        is_descending = criterion.get("Sort") == "DESC"
        tables.sort(key=lambda table: str(table.get(name, "")), reverse=is_descending)
    found, more = page(tables, params, lambda table: table_key(table["DatabaseName"], table["Name"]))
    output: Json = {"TableList": [to_response(table, "Table") for table in found]}
    return output | more


def _matches(table: Json, params: Json) -> bool:
    text = params.get("SearchText", "").strip('"').lower()
    if text and not any(text in value.lower() for value in _texts(table)):
        return False
    return all(_passes(table, one) for one in params.get("Filters", []))


def _texts(table: Json) -> list[str]:
    """Return what a search text is looked for in: name, description, columns, and parameters."""
    columns = [*table.get("StorageDescriptor", {}).get("Columns", []), *table["PartitionKeys"]]
    words = [table["Name"], table.get("Description", "")]
    words += [word for column in columns for word in (column["Name"], column.get("Comment", ""))]
    return words + [word for pair in table["Parameters"].items() for word in pair]


def _passes(table: Json, predicate: Json) -> bool:
    key, wanted = predicate.get("Key", "").lower(), predicate.get("Value", "")
    parameters = {name.lower(): value for name, value in table["Parameters"].items()}
    found = parameters.get(key) if key not in _PROPERTIES else table.get(_property(key))
    return found is not None and _COMPARE[predicate.get("Comparator", "EQUALS")](str(found), wanted)


def _property(name: str) -> str:
    if name.lower() not in _PROPERTIES:
        raise InvalidInputException(f"Unsupported sort field {name}: one of {', '.join(_PROPERTIES)}.")
    return _PROPERTIES[name.lower()]
