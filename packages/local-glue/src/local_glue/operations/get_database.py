"""GetDatabase: give a database."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.catalog import catalog, resource_links


def get_database(call: Call, params: Json) -> Json:
    """Give the database's definition, of a link with what its target has."""
    entry = catalog.find_database(call.documents, params["Name"])
    database = resource_links.read_through(call.documents, catalog.DATABASE, entry)
    return {"Database": catalog.shown(database, "Database")}
