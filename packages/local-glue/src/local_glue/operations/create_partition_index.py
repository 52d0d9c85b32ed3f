"""CreatePartitionIndex: add an index to a table's partition keys."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.partitions import indexes
from local_glue.catalog.tables.tables import find_table


def create_partition_index(context: RequestContext, params: Json) -> Json:
    """Begin to make an index that must be new."""
    table = find_table(context.documents, params["DatabaseName"], params["TableName"])
    indexes.create(context.documents, table, [params["PartitionIndex"]], context.now)
    return {}
