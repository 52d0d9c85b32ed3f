"""GetDatabase: give a database."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog import resource_links
from local_glue.catalog.databases import find_database
from local_glue.catalog.keys import DATABASE
from local_glue.catalog.responses import to_response


def get_database(context: RequestContext, params: Json) -> Json:
    """Return the database's definition, of a link with what its target has."""
    entry = find_database(context.documents, params["Name"])
    database = resource_links.read_through(context.documents, DATABASE, entry)
    return {"Database": to_response(database, "Database")}
