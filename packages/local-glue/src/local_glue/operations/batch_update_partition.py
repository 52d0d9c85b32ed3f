"""BatchUpdatePartition: replace the definitions of many partitions."""

from local_glue.api.errors import GlueError, InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.partitions.partitions import replace_partition
from local_glue.catalog.tables.tables import find_table


def batch_update_partition(context: RequestContext, params: Json) -> Json:
    """Replace what is there; tell partition by partition what is not.

    Raises:
        InvalidInputException: a partition is named more than once.
    """
    table = find_table(context.documents, params["DatabaseName"], params["TableName"])
    named = [entry["PartitionValueList"] for entry in params["Entries"]]
    if any(values in named[:number] for number, values in enumerate(named)):
        raise InvalidInputException("The same partition is named more than once.")
    errors = []
    for entry in params["Entries"]:
        values = entry["PartitionValueList"]
        try:
            replace_partition(context.documents, table, values, entry["PartitionInput"], context.now)
        except GlueError as error:
            errors.append({"PartitionValueList": values, "ErrorDetail": error.detail})
    return {"Errors": errors}
