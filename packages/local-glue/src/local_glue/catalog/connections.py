"""Connections of the Data Catalog: what a job or a client needs to reach a data store, kept as given.

Source: "Connection API" in the Glue API reference. Nothing connects, so nothing is validated: a connection
that AWS would try out, or log in for, is refused.
"""

from local_glue.api.errors import AlreadyExistsException, EntityNotFoundException, InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.api.tags import put_tags
from local_glue.store import Documents

CONNECTION = "connection"
# Those that version 1 of the connection schema has: their properties are all there is to them.
_TYPES = ("CUSTOM", "JDBC", "KAFKA", "MARKETPLACE", "MONGODB", "NETWORK")


def find(documents: Documents, name: str) -> Json:
    """Return a connection.

    Raises:
        EntityNotFoundException: there is no such connection.
    """
    found = documents.get(CONNECTION, name)
    if found is None:
        raise EntityNotFoundException(f"Connection {name} not found.")
    return found


def create(documents: Documents, connection_input: Json, now: float) -> None:
    """Store a new connection.

    Raises:
        AlreadyExistsException: there is one of this name.
    """
    if documents.get(CONNECTION, connection_input["Name"]):
        raise AlreadyExistsException("Connection already exists.")
    _put(documents, connection_input, now, now)


def update(documents: Documents, name: str, connection_input: Json, now: float) -> None:
    """Replace a connection; it keeps its name and creation time.

    Raises:
        InvalidInputException: the name would change.
    """
    former = find(documents, name)
    if connection_input["Name"] != name:
        raise InvalidInputException("Connection name cannot be changed.")
    _put(documents, connection_input, former["CreationTime"], now)


def delete(documents: Documents, name: str) -> None:
    """Remove a connection with its tags, or raise EntityNotFoundException."""
    find(documents, name)
    documents.delete(CONNECTION, name)
    put_tags(documents, f"{CONNECTION}/{name}", {})


def without_password(connection: Json, params: Json) -> Json:
    """Return a connection as `HidePassword` asks for it."""
    if not params.get("HidePassword"):
        return connection
    properties = {
        name: value for name, value in connection["ConnectionProperties"].items() if "PASSWORD" not in name
    }
    return {**connection, "ConnectionProperties": properties}


def _put(documents: Documents, connection_input: Json, created: float, now: float) -> None:
    if connection_input["ConnectionType"] not in _TYPES:
        raise InvalidInputException(
            f"The local Glue service keeps connections of the types {', '.join(_TYPES)}; "
            f"found {connection_input['ConnectionType']}."
        )
    if connection_input.get("ValidateCredentials") or "AuthenticationConfiguration" in connection_input:
        raise InvalidInputException(
            "The local Glue service logs in nowhere: leave out ValidateCredentials and "
            "AuthenticationConfiguration."
        )

    body = {
        **connection_input,
        "CreationTime": created,
        "LastUpdatedTime": now,
        "LastUpdatedBy": documents.scope.user,
        "Status": "READY",
        "ConnectionSchemaVersion": 1,
    }
    documents.put(CONNECTION, connection_input["Name"], body)
