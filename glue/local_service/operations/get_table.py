"""GetTable: give a table."""

from local_service import catalog, resource_links
from local_service.call import Call
from local_service.model import Json


def get_table(call: Call, params: Json) -> Json:
    """Give the table's definition, of a link with what its target has."""
    entry = catalog.find_entry(call.documents, params["DatabaseName"], params["Name"])
    table = resource_links.read_through(call.documents, catalog.TABLE, entry)
    return {"Table": catalog.shown(table, "Table")}
