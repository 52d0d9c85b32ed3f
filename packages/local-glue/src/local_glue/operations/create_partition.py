"""CreatePartition: add a partition to a table."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.catalog import catalog


def create_partition(call: Call, params: Json) -> Json:
    """Store a partition that must be new."""
    table = catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    catalog.create_partition(call.documents, table, params["PartitionInput"], call.now)
    return {}
