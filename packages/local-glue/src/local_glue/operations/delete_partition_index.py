"""DeletePartitionIndex: remove an index of a table's partition keys."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.partitions import indexes
from local_glue.catalog.tables.tables import find_table


def delete_partition_index(context: RequestContext, params: Json) -> Json:
    """Begin to remove an index; the partitions stay."""
    table = find_table(context.documents, params["DatabaseName"], params["TableName"])
    indexes.delete(context.documents, table, params["IndexName"], context.now)
    return {}
