"""UpdatePartition: replace a partition's definition."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.catalog import catalog


def update_partition(call: Call, params: Json) -> Json:
    """Replace the partition; other values in the input move it."""
    table = catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    values, changed = params["PartitionValueList"], params["PartitionInput"]
    catalog.update_partition(call.documents, table, values, changed, call.now)
    return {}
