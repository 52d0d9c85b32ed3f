"""DeleteColumnStatisticsForPartition: remove the statistics of a column of a partition."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.tables import statistics


def delete_column_statistics_for_partition(context: RequestContext, params: Json) -> Json:
    """Remove the statistics of a column of a partition."""
    owner = statistics.partition_owner(context.documents, params)
    return statistics.delete(context.documents, owner, params["ColumnName"])
