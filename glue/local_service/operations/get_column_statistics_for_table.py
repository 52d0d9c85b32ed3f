"""GetColumnStatisticsForTable: give the statistics of columns of a table."""

from local_service import statistics
from local_service.call import Call
from local_service.model import Json


def get_column_statistics_for_table(call: Call, params: Json) -> Json:
    """Give the statistics of columns of a table."""
    owner = statistics.table_owner(call.documents, params)
    return statistics.get(call.documents, owner, params["ColumnNames"])
