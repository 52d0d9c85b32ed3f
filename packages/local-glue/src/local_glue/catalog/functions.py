"""User-defined functions of databases: where Hive and Spark find a function's class and files."""

from local_glue.api.errors import AlreadyExistsException, EntityNotFoundException, InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.catalog.databases import find_database
from local_glue.catalog.keys import FUNCTION, table_key
from local_glue.store import Documents


def find(documents: Documents, database: str, name: str) -> Json:
    """Return a function of a database.

    Raises:
        EntityNotFoundException: there is no such function or database.
    """
    found = documents.get(FUNCTION, table_key(find_database(documents, database)["Name"], name))
    if found is None:
        raise EntityNotFoundException(f"Function {name.lower()} not found.")
    return found


def create(documents: Documents, database: str, function_input: Json, now: float) -> None:
    """Store a new function.

    Raises:
        InvalidInputException: it has no name.
        AlreadyExistsException: there is one of this name.
    """
    database = find_database(documents, database)["Name"]
    if "FunctionName" not in function_input:
        raise InvalidInputException("FunctionName must be given.")
    name = function_input["FunctionName"].lower()
    if documents.get(FUNCTION, table_key(database, name)):
        raise AlreadyExistsException("Function already exists.")
    _put(documents, {**function_input, "FunctionName": name, "DatabaseName": database, "CreateTime": now})


def update(documents: Documents, database: str, name: str, function_input: Json) -> None:
    """Replace a function; it keeps its name and creation time.

    Raises:
        InvalidInputException: the name would change.
    """
    former = find(documents, database, name)
    if function_input.get("FunctionName", name).lower() != former["FunctionName"]:
        raise InvalidInputException("Function name cannot be changed.")
    kept = {member: former[member] for member in ("FunctionName", "DatabaseName", "CreateTime")}
    _put(documents, {**function_input, **kept})


def delete(documents: Documents, database: str, name: str) -> None:
    """Remove a function, or raise EntityNotFoundException."""
    found = find(documents, database, name)
    documents.delete(FUNCTION, key_of(found))


def listed(documents: Documents, database: str | None) -> list[Json]:
    """Return the functions of a database, or of all, by name."""
    if database is None:
        found = documents.all_of_kind(FUNCTION)
    else:
        parent = find_database(documents, database)["Name"]
        found = documents.all(FUNCTION, parent=parent)
    return sorted(found, key=key_of)


def key_of(function: Json) -> str:
    """Return the key under which a function is stored."""
    return table_key(function["DatabaseName"], function["FunctionName"])


def _put(documents: Documents, function: Json) -> None:
    body = {**function, "CatalogId": documents.scope.account}
    documents.put(FUNCTION, key_of(function), body, parent=function["DatabaseName"])
