"""GetDatabase: give a database."""

from local_service import catalog
from local_service.call import Call
from local_service.model import Json


def get_database(call: Call, params: Json) -> Json:
    """Give the database's definition."""
    return {"Database": catalog.shown(catalog.find_database(call.documents, params["Name"]), "Database")}
