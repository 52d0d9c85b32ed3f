"""DeleteColumnStatisticsForPartition: remove the statistics of a column of a partition."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.catalog import statistics


def delete_column_statistics_for_partition(call: Call, params: Json) -> Json:
    """Remove the statistics of a column of a partition."""
    owner = statistics.partition_owner(call.documents, params)
    return statistics.delete(call.documents, owner, params["ColumnName"])
