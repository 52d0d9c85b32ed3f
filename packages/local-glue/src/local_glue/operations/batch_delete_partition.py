"""BatchDeletePartition: remove many partitions from a table."""

from local_glue.api.errors import GlueError
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.partitions.partitions import remove_partition
from local_glue.catalog.tables.tables import find_table


def batch_delete_partition(context: RequestContext, params: Json) -> Json:
    """Remove what is there; tell partition by partition what is not."""
    table = find_table(context.documents, params["DatabaseName"], params["TableName"])
    errors = []
    for values in (partition["Values"] for partition in params["PartitionsToDelete"]):
        try:
            remove_partition(context.documents, table, values)
        except GlueError as error:
            errors.append({"PartitionValues": values, "ErrorDetail": error.detail})
    return {"Errors": errors}
