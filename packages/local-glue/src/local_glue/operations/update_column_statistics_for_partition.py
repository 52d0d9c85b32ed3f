"""UpdateColumnStatisticsForPartition: store statistics of columns of a partition."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.tables import statistics


def update_column_statistics_for_partition(context: RequestContext, params: Json) -> Json:
    """Store statistics of columns of a partition."""
    owner = statistics.partition_owner(context.documents, params)
    return statistics.update(context.documents, owner, params["ColumnStatisticsList"])
