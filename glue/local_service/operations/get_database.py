"""GetDatabase: give a database."""

from local_service import catalog, resource_links
from local_service.call import Call
from local_service.model import Json


def get_database(call: Call, params: Json) -> Json:
    """Give the database's definition, of a link with what its target has."""
    entry = catalog.find_database(call.documents, params["Name"])
    database = resource_links.read_through(call.documents, catalog.DATABASE, entry)
    return {"Database": catalog.shown(database, "Database")}
