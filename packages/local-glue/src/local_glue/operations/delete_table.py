"""DeleteTable: remove a table from the catalog."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.catalog import catalog


def delete_table(call: Call, params: Json) -> Json:
    """Remove the table and its partitions, or a link alone; the data in S3 stays."""
    entry = catalog.find_entry(call.documents, params["DatabaseName"], params["Name"])
    catalog.delete_table(call.documents, entry["DatabaseName"], entry["Name"])
    return {}
