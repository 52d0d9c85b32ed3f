"""GetPartition: give a partition."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.partitions.partitions import find_partition
from local_glue.catalog.responses import to_response
from local_glue.catalog.tables.tables import find_table


def get_partition(context: RequestContext, params: Json) -> Json:
    """Return the partition of these values."""
    table = find_table(context.documents, params["DatabaseName"], params["TableName"])
    partition = find_partition(context.documents, table, params["PartitionValues"])
    return {"Partition": to_response(partition, "Partition")}
