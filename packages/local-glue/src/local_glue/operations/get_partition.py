"""GetPartition: give a partition."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.catalog import catalog


def get_partition(call: Call, params: Json) -> Json:
    """Give the partition of these values."""
    table = catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    partition = catalog.find_partition(call.documents, table, params["PartitionValues"])
    return {"Partition": catalog.shown(partition, "Partition")}
