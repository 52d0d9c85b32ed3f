"""CreatePartitionIndex: add an index to a table's partition keys."""

from local_service import catalog, partition_indexes
from local_service.call import Call
from local_service.model import Json


def create_partition_index(call: Call, params: Json) -> Json:
    """Begin to make an index that must be new."""
    table = catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    partition_indexes.create(call.documents, table, [params["PartitionIndex"]], call.now)
    return {}
