"""UpdatePartition: replace a partition's definition."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.partitions.partitions import replace_partition
from local_glue.catalog.tables.tables import find_table


def update_partition(context: RequestContext, params: Json) -> Json:
    """Replace the partition; other values in the input move it."""
    table = find_table(context.documents, params["DatabaseName"], params["TableName"])
    values, changed = params["PartitionValueList"], params["PartitionInput"]
    replace_partition(context.documents, table, values, changed, context.now)
    return {}
