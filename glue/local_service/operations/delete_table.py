"""DeleteTable: remove a table from the catalog."""

from local_service import catalog
from local_service.call import Call
from local_service.model import Json


def delete_table(call: Call, params: Json) -> Json:
    """Remove the table and its partitions, or a link alone; the data in S3 stays."""
    entry = catalog.find_entry(call.documents, params["DatabaseName"], params["Name"])
    catalog.delete_table(call.documents, entry["DatabaseName"], entry["Name"])
    return {}
