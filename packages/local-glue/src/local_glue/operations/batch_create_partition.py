"""BatchCreatePartition: add many partitions to a table."""

from local_glue.api.errors import GlueError
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.catalog.partitions import add_partition
from local_glue.catalog.tables import find_table


def batch_create_partition(call: Call, params: Json) -> Json:
    """Store what is new; tell partition by partition what is not."""
    table = find_table(call.documents, params["DatabaseName"], params["TableName"])
    errors = []
    for partition in params["PartitionInputList"]:
        try:
            add_partition(call.documents, table, partition, call.now)
        except GlueError as error:
            errors.append({"PartitionValues": partition.get("Values", []), "ErrorDetail": error.detail})
    return {"Errors": errors}
