"""UpdateColumnStatisticsForPartition: store statistics of columns of a partition."""

from local_service import statistics
from local_service.call import Call
from local_service.model import Json


def update_column_statistics_for_partition(call: Call, params: Json) -> Json:
    """Store statistics of columns of a partition."""
    owner = statistics.partition_owner(call.documents, params)
    return statistics.update(call.documents, owner, params["ColumnStatisticsList"])
