"""GetPartitionIndexes: give a table's partition indexes."""

from local_glue.api.glue_api_model import Json, pick_members, shape
from local_glue.api.paging import page
from local_glue.api.request_context import RequestContext
from local_glue.catalog.partitions import indexes
from local_glue.catalog.tables.tables import find_table


def get_partition_indexes(context: RequestContext, params: Json) -> Json:
    """Return the indexes by name, as they are now."""
    table = find_table(context.documents, params["DatabaseName"], params["TableName"])
    found, more = page(
        indexes.indexes(context.documents, table, context.now),
        params,
        lambda index: index["IndexName"],
    )
    described = [pick_members(index, shape("PartitionIndexDescriptor")) for index in found]
    return {"PartitionIndexDescriptorList": described} | more
