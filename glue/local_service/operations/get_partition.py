"""GetPartition: give a partition."""

from local_service import catalog
from local_service.call import Call
from local_service.model import Json


def get_partition(call: Call, params: Json) -> Json:
    """Give the partition of these values."""
    table = catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    partition = catalog.find_partition(call.documents, table, params["PartitionValues"])
    return {"Partition": catalog.shown(partition, "Partition")}
