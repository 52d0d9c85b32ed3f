"""DeleteTable: remove a table from the catalog."""

from local_service import catalog
from local_service.call import Call
from local_service.model import Json


def delete_table(call: Call, params: Json) -> Json:
    """Remove the table and its partitions; the data in S3 stays."""
    catalog.find_table(call.documents, params["DatabaseName"], params["Name"])
    catalog.delete_table(call.documents, params["DatabaseName"], params["Name"])
    return {}
