"""GetColumnStatisticsForPartition: give the statistics of columns of a partition."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.tables import statistics


def get_column_statistics_for_partition(context: RequestContext, params: Json) -> Json:
    """Return the statistics of columns of a partition."""
    owner = statistics.partition_owner(context.documents, params)
    return statistics.get(context.documents, owner, params["ColumnNames"])
