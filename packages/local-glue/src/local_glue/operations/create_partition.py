"""CreatePartition: add a partition to a table."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.partitions.partitions import add_partition
from local_glue.catalog.tables.tables import find_table


def create_partition(context: RequestContext, params: Json) -> Json:
    """Store a partition that must be new."""
    table = find_table(context.documents, params["DatabaseName"], params["TableName"])
    add_partition(context.documents, table, params["PartitionInput"], context.now)
    return {}
