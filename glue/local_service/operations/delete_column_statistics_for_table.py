"""DeleteColumnStatisticsForTable: remove the statistics of a column of a table."""

from local_service import statistics
from local_service.call import Call
from local_service.model import Json


def delete_column_statistics_for_table(call: Call, params: Json) -> Json:
    """Remove the statistics of a column of a table."""
    owner = statistics.table_owner(call.documents, params)
    return statistics.delete(call.documents, owner, params["ColumnName"])
