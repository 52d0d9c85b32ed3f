"""GetPartitionIndexes: give a table's partition indexes."""

from local_service import catalog, partition_indexes
from local_service.call import Call
from local_service.model import Json, project, shape
from local_service.paging import page


def get_partition_indexes(call: Call, params: Json) -> Json:
    """Give the indexes by name, as they are now."""
    table = catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    found, more = page(
        partition_indexes.indexes(call.documents, table, call.now), params, lambda index: index["IndexName"]
    )
    described = [project(index, shape("PartitionIndexDescriptor")) for index in found]
    return {"PartitionIndexDescriptorList": described} | more
