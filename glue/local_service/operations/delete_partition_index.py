"""DeletePartitionIndex: remove an index of a table's partition keys."""

from local_service import catalog, partition_indexes
from local_service.call import Call
from local_service.model import Json


def delete_partition_index(call: Call, params: Json) -> Json:
    """Begin to remove an index; the partitions stay."""
    table = catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    partition_indexes.delete(call.documents, table, params["IndexName"], call.now)
    return {}
