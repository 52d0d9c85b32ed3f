"""GetPartitions: give a table's partitions, in pages."""

import json
import zlib

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.api.paging import page
from local_glue.api.request_context import RequestContext
from local_glue.catalog.partitions.filter import compile_filter
from local_glue.catalog.partitions.partitions import list_partitions
from local_glue.catalog.responses import to_response
from local_glue.catalog.tables.tables import find_table


def get_partitions(context: RequestContext, params: Json) -> Json:
    """Return the partitions by their values: all, those of an expression, those of one segment."""
    table = find_table(context.documents, params["DatabaseName"], params["TableName"])
    partitions = sorted(list_partitions(context.documents, table), key=_values)
    if params.get("Expression", "").strip():
        matches = compile_filter(params["Expression"], table["PartitionKeys"])
        partitions = [partition for partition in partitions if matches(partition["Values"])]
    if "Segment" in params:
        partitions = _segment(partitions, params["Segment"])
    found, more = page(partitions, params, _values)
    output: Json = {"Partitions": [_shown(partition, params) for partition in found]}
    return output | more


def _values(partition: Json) -> str:
    return json.dumps(partition["Values"])


def _segment(partitions: list[Json], segment: Json) -> list[Json]:
    """Cut the partitions into parts that hold each of them once, for clients that read in parallel."""
    number, total = segment["SegmentNumber"], segment["TotalSegments"]
    if number >= total:
        raise InvalidInputException(f"SegmentNumber must be less than TotalSegments {total}, found {number}.")
    return [one for one in partitions if zlib.crc32(_values(one).encode()) % total == number]


def _shown(partition: Json, params: Json) -> Json:
    answer = to_response(partition, "Partition")
    if params.get("ExcludeColumnSchema") and "StorageDescriptor" in answer:
        answer["StorageDescriptor"] = {
            name: value for name, value in answer["StorageDescriptor"].items() if name != "Columns"
        }
    return answer
