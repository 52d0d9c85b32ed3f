"""GetPartitionIndexes: give a table's partition indexes."""

from local_glue.api.glue_api_model import Json, project, shape
from local_glue.api.paging import page
from local_glue.api.request_context import Call
from local_glue.catalog import partition_indexes
from local_glue.catalog.tables import find_table


def get_partition_indexes(call: Call, params: Json) -> Json:
    """Give the indexes by name, as they are now."""
    table = find_table(call.documents, params["DatabaseName"], params["TableName"])
    found, more = page(
        partition_indexes.indexes(call.documents, table, call.now), params, lambda index: index["IndexName"]
    )
    described = [project(index, shape("PartitionIndexDescriptor")) for index in found]
    return {"PartitionIndexDescriptorList": described} | more
