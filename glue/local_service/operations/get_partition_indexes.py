"""GetPartitionIndexes: give a table's partition indexes."""

from local_service import catalog
from local_service.call import Call
from local_service.model import Json
from local_service.paging import page


def get_partition_indexes(call: Call, params: Json) -> Json:
    """Give none: partitions are found without an index here, and none can be made."""
    catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    page([], params, str)  # a token is none of ours
    return {"PartitionIndexDescriptorList": []}
