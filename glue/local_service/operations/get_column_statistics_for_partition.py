"""GetColumnStatisticsForPartition: give the statistics of columns of a partition."""

from local_service import statistics
from local_service.call import Call
from local_service.model import Json


def get_column_statistics_for_partition(call: Call, params: Json) -> Json:
    """Give the statistics of columns of a partition."""
    owner = statistics.partition_owner(call.documents, params)
    return statistics.get(call.documents, owner, params["ColumnNames"])
