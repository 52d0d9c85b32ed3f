"""GetTable: give a table."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog import resource_links
from local_glue.catalog.keys import TABLE
from local_glue.catalog.responses import to_response
from local_glue.catalog.tables.tables import find_table_or_link


def get_table(context: RequestContext, params: Json) -> Json:
    """Return the table's definition, of a link with what its target has."""
    entry = find_table_or_link(context.documents, params["DatabaseName"], params["Name"])
    table = resource_links.read_through(context.documents, TABLE, entry)
    return {"Table": to_response(table, "Table")}
