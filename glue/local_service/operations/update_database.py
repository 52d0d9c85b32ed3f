"""UpdateDatabase: replace a database's definition."""

from local_service import catalog
from local_service.call import Call
from local_service.errors import InvalidInputException
from local_service.model import Json


def update_database(call: Call, params: Json) -> Json:
    """Replace the definition; a database can't be renamed."""
    name = catalog.find_database(call.documents, params["Name"])["Name"]
    if params["DatabaseInput"]["Name"].lower() != name:
        raise InvalidInputException("Database name cannot be changed.")
    catalog.put_database(call.documents, params["DatabaseInput"], call.now)
    return {}
