"""CreatePartition: add a partition to a table."""

from local_service import catalog
from local_service.call import Call
from local_service.model import Json


def create_partition(call: Call, params: Json) -> Json:
    """Store a partition that must be new."""
    table = catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    catalog.create_partition(call.documents, table, params["PartitionInput"], call.now)
    return {}
