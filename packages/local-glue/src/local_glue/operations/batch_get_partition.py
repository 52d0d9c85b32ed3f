"""BatchGetPartition: give many partitions by their values."""

from local_glue.api.errors import EntityNotFoundException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.partitions.partitions import find_partition
from local_glue.catalog.responses import to_response
from local_glue.catalog.tables.tables import find_table


def batch_get_partition(context: RequestContext, params: Json) -> Json:
    """Return the partitions that exist; as on AWS, those that don't are simply not in the answer."""
    table = find_table(context.documents, params["DatabaseName"], params["TableName"])
    found = []
    for wanted in params["PartitionsToGet"]:
        try:
            found.append(find_partition(context.documents, table, wanted["Values"]))
        except EntityNotFoundException:
            continue
    return {"Partitions": [to_response(one, "Partition") for one in found], "UnprocessedKeys": []}
