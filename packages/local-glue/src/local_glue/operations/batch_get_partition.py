"""BatchGetPartition: give many partitions by their values."""

from local_glue.api.errors import EntityNotFoundException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.catalog import catalog


def batch_get_partition(call: Call, params: Json) -> Json:
    """Give the partitions that exist; as on AWS, those that don't are simply not in the answer."""
    table = catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    found = []
    for wanted in params["PartitionsToGet"]:
        try:
            found.append(catalog.find_partition(call.documents, table, wanted["Values"]))
        except EntityNotFoundException:
            continue
    return {"Partitions": [catalog.shown(one, "Partition") for one in found], "UnprocessedKeys": []}
