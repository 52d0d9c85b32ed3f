"""UpdateColumnStatisticsForTable: store statistics of columns of a table."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.tables import statistics


def update_column_statistics_for_table(context: RequestContext, params: Json) -> Json:
    """Store statistics of columns of a table."""
    owner = statistics.table_owner(context.documents, params)
    return statistics.update(context.documents, owner, params["ColumnStatisticsList"])
