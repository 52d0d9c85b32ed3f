"""GetTable: give a table."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.catalog import catalog, resource_links


def get_table(call: Call, params: Json) -> Json:
    """Give the table's definition, of a link with what its target has."""
    entry = catalog.find_entry(call.documents, params["DatabaseName"], params["Name"])
    table = resource_links.read_through(call.documents, catalog.TABLE, entry)
    return {"Table": catalog.shown(table, "Table")}
