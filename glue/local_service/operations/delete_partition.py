"""DeletePartition: remove a partition from a table."""

from local_service import catalog
from local_service.call import Call
from local_service.model import Json


def delete_partition(call: Call, params: Json) -> Json:
    """Remove the partition; the data in S3 stays."""
    table = catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    catalog.delete_partition(call.documents, table, params["PartitionValues"])
    return {}
