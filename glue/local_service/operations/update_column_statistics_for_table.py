"""UpdateColumnStatisticsForTable: store statistics of columns of a table."""

from local_service import statistics
from local_service.call import Call
from local_service.model import Json


def update_column_statistics_for_table(call: Call, params: Json) -> Json:
    """Store statistics of columns of a table."""
    owner = statistics.table_owner(call.documents, params)
    return statistics.update(call.documents, owner, params["ColumnStatisticsList"])
