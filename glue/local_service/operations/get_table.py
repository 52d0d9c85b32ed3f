"""GetTable: give a table."""

from local_service import catalog
from local_service.call import Call
from local_service.model import Json


def get_table(call: Call, params: Json) -> Json:
    """Give the table's definition."""
    table = catalog.find_table(call.documents, params["DatabaseName"], params["Name"])
    return {"Table": catalog.shown(table, "Table")}
