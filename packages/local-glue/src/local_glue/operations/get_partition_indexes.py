"""GetPartitionIndexes: give a table's partition indexes."""

from local_glue.api.glue_api_model import Json, project, shape
from local_glue.api.paging import page
from local_glue.api.request_context import Call
from local_glue.catalog import catalog, partition_indexes


def get_partition_indexes(call: Call, params: Json) -> Json:
    """Give the indexes by name, as they are now."""
    table = catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    found, more = page(
        partition_indexes.indexes(call.documents, table, call.now), params, lambda index: index["IndexName"]
    )
    described = [project(index, shape("PartitionIndexDescriptor")) for index in found]
    return {"PartitionIndexDescriptorList": described} | more
