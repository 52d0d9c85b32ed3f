"""CreateTable: add a table to the catalog."""

from local_service import catalog
from local_service.call import Call
from local_service.errors import AlreadyExistsException, InvalidInputException
from local_service.model import Json


def create_table(call: Call, params: Json) -> Json:
    """Store a table that must be new."""
    database = catalog.find_database(call.documents, params["DatabaseName"])
    if "TableInput" not in params:
        raise InvalidInputException(
            "TableInput must be given: the local Glue service makes no open-format tables."
        )
    name = params["TableInput"]["Name"].lower()
    if call.documents.get(catalog.TABLE, catalog.table_key(database["Name"], name)):
        raise AlreadyExistsException("Table already exists.")
    catalog.put_table(call.documents, database["Name"], params["TableInput"], call.now)
    return {}
