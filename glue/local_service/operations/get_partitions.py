"""GetPartitions: give a table's partitions, in pages."""

import json

from local_service import catalog
from local_service.call import Call
from local_service.errors import InvalidInputException
from local_service.model import Json
from local_service.paging import page


def get_partitions(call: Call, params: Json) -> Json:
    """Give the partitions by their values. Filter expressions are refused, not ignored."""
    if params.get("Expression"):
        raise InvalidInputException(
            "Expression is not built into the local Glue service's GetPartitions yet, "
            f"found {params['Expression']!r}. Leave it out and filter the answer."
        )
    table = catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    partitions = sorted(catalog.partitions(call.documents, table), key=_values)
    found, token = page(partitions, params, _values)
    output: Json = {"Partitions": [_shown(partition, params) for partition in found]}
    return output | ({"NextToken": token} if token else {})


def _values(partition: Json) -> str:
    return json.dumps(partition["Values"])


def _shown(partition: Json, params: Json) -> Json:
    answer = catalog.shown(partition, "Partition")
    if params.get("ExcludeColumnSchema") and "StorageDescriptor" in answer:
        answer["StorageDescriptor"] = {
            name: value for name, value in answer["StorageDescriptor"].items() if name != "Columns"
        }
    return answer
