"""UpdatePartition: replace a partition's definition."""

from local_service import catalog
from local_service.call import Call
from local_service.model import Json


def update_partition(call: Call, params: Json) -> Json:
    """Replace the partition; other values in the input move it."""
    table = catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    values = params["PartitionValueList"]
    catalog.find_partition(call.documents, table, values)
    changed = {"Values": values, **params["PartitionInput"]}
    if changed["Values"] == values:
        catalog.put_partition(call.documents, table, changed, call.now)
    else:
        catalog.create_partition(call.documents, table, changed, call.now)
        catalog.delete_partition(call.documents, table, values)
    return {}
