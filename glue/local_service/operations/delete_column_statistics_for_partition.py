"""DeleteColumnStatisticsForPartition: remove the statistics of a column of a partition."""

from local_service import statistics
from local_service.call import Call
from local_service.model import Json


def delete_column_statistics_for_partition(call: Call, params: Json) -> Json:
    """Remove the statistics of a column of a partition."""
    owner = statistics.partition_owner(call.documents, params)
    return statistics.delete(call.documents, owner, params["ColumnName"])
