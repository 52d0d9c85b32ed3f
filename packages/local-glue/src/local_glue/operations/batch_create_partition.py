"""BatchCreatePartition: add many partitions to a table."""

from local_glue.api.errors import GlueError
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.partitions.partitions import add_partition
from local_glue.catalog.tables.tables import find_table


def batch_create_partition(context: RequestContext, params: Json) -> Json:
    """Store what is new; tell partition by partition what is not."""
    table = find_table(context.documents, params["DatabaseName"], params["TableName"])
    errors = []
    for partition in params["PartitionInputList"]:
        try:
            add_partition(context.documents, table, partition, context.now)
        except GlueError as error:
            errors.append({"PartitionValues": partition.get("Values", []), "ErrorDetail": error.detail})
    return {"Errors": errors}
