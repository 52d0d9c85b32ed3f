"""DeletePartition: remove a partition from a table."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.partitions.partitions import remove_partition
from local_glue.catalog.tables.tables import find_table


def delete_partition(context: RequestContext, params: Json) -> Json:
    """Remove the partition; the data in S3 stays."""
    table = find_table(context.documents, params["DatabaseName"], params["TableName"])
    remove_partition(context.documents, table, params["PartitionValues"])
    return {}
