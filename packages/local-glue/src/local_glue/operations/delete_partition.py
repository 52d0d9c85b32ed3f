"""DeletePartition: remove a partition from a table."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.catalog import catalog


def delete_partition(call: Call, params: Json) -> Json:
    """Remove the partition; the data in S3 stays."""
    table = catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    catalog.delete_partition(call.documents, table, params["PartitionValues"])
    return {}
